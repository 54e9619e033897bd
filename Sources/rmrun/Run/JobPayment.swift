import Configuration
import CreditLedger
import LinuxSystem
import ResourceModel
import Supervision

/// The account that pays for a run.
struct JobPayment {
  let account: AccountPath
  let bookkeeper: Bookkeeper
  /// What the guardian runs should rmrun be killed.
  let recovery: Guardian.Recovery

  /// Nil where no account is named, and where the ledger is `none`.
  init?(_ arguments: RunArguments) throws {
    guard let account = arguments.account, let path = try LedgerPlace.find(arguments.ledger) else {
      return nil
    }
    self.account = account
    recovery = Guardian.Recovery(
      executable: NativeString(try Host.ownExecutable()),
      arguments: ["rmrun", "recover", "--accounts-only", "--ledger", NativeString(path)],
      environment: OwnProcess.environment())
    bookkeeper = try Bookkeeper(
      locks: JobLocks(ledger: path), spool: Spool(ledger: path, environment: OwnProcess.environment)
    ) { () throws(LedgerError) in
      try SQLiteLedger(path: path, makes: false)
    }
  }

  /// Prices and budget by the account that pays. Where the budget stands in credits, nothing of the account is asked beforehand, since each look at a
  /// ledger is a twentieth of a launch: the job is planned as if the account had no price book, and its reservation refused if it has one.
  func assume(_ spec: inout JobSpec, hasPrices: Bool) throws(SetupError) {
    if !hasPrices { spec.priceOrigin = .account(book: nil) }
    // Files in the place of the command's streams are opened with the first launch, and can't all be opened twice.
    if case .atMost(.credits) = spec.limits.budget, spec.streams == JobSpec.Streams() { return }
    let found: Account
    do {
      found = try bookkeeper.account(account)
    } catch {
      let status = error.isNoAccount ? RunStatus.refused : RunStatus.failed
      throw SetupError(
        status: status, description: "\(error); nothing was run; --ledger none runs without accounts")
    }
    try complete(&spec, from: found)
  }

  /// What to ask for instead where the account has other prices than were assumed; nil where they were right, or nobody can say.
  func corrected(_ spec: JobSpec) throws(SetupError) -> JobSpec? {
    guard spec.priceOrigin != .named, let found = try? bookkeeper.account(account) else { return nil }
    var corrected = spec
    try complete(&corrected, from: found)
    return corrected.priceOrigin == spec.priceOrigin ? nil : corrected
  }

  /// What the account says where the command line and its profile say nothing: the budget, and the prices.
  private func complete(_ spec: inout JobSpec, from found: Account) throws(SetupError) {
    if spec.limits.budget == .unlimited, let budget = found.attributes.defaultBudget {
      spec.limits.budget = .atMost(.credits(budget))
    }
    let origin = PriceOrigin.account(book: found.attributes.priceBook)
    guard spec.priceOrigin != .named, spec.priceOrigin != origin else { return }
    spec.priceOrigin = origin
    do {
      spec.prices = try found.attributes.priceBook.map(PriceBookStore.load) ?? .standard
    } catch {
      throw SetupError(
        status: RunStatus.failed, description: "the price book of account \(account): \(error)")
    }
  }
}
