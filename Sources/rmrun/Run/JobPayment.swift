import Configuration
import CreditLedger
import LinuxSystem
import ResourceModel
import Supervision

/// The account that pays for a run: its ledger is opened on a thread of its own while the supervision is set up.
struct JobPayment {
  let bookkeeper: Bookkeeper
  /// What the guardian runs should rmrun be killed.
  let recovery: Guardian.Recovery
  private let account: AccountPath

  /// Nil where no account is named, and with `--ledger none`.
  init?(_ arguments: RunArguments) throws {
    guard let account = arguments.account, arguments.ledger != "none" else { return nil }
    let path = try LedgerPlace.path(arguments.ledger)
    self.account = account
    recovery = Guardian.Recovery(
      executable: NativeString(try Host.ownExecutable()),
      arguments: ["rmrun", "recover", "--accounts-only", "--ledger", NativeString(Self.absolute(path))],
      environment: OwnProcess.environment())
    bookkeeper = try Bookkeeper(
      locks: JobLocks(ledger: path), spool: Spool(ledger: path, environment: OwnProcess.environment)
    ) { () throws(LedgerError) in
      try SQLiteLedger(path: path)
    }
  }

  /// The guardian's working directory is `/`.
  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let directory = OwnProcess.workingDirectory else { return path }
    return directory + "/" + path
  }

  /// What the account says where the command line and its profile say nothing: the budget, and the prices.
  func complete(_ spec: inout JobSpec, hasPrices: Bool) throws(SetupError) {
    spec.account = account
    let found: Account
    do {
      found = try bookkeeper.account(account)
    } catch {
      let status = error.isNoAccount ? RunStatus.refused : RunStatus.failed
      throw SetupError(
        status: status, description: "\(error); nothing was run; --ledger none runs without accounts")
    }
    if spec.limits.budget == .unlimited, let budget = found.attributes.defaultBudget {
      spec.limits.budget = .atMost(.credits(budget))
    }
    guard !hasPrices, let book = found.attributes.priceBook else { return }
    do {
      spec.prices = try PriceBookStore.load(book)
    } catch {
      throw SetupError(
        status: RunStatus.failed, description: "the price book of account \(account): \(error)")
    }
  }
}

extension LedgerError {
  fileprivate var isNoAccount: Bool {
    if case .noAccount = code { true } else { false }
  }
}
