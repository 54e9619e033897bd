import ControlSocket
import CreditLedger
import LinuxSystem
import Logging
import ResourceModel

/// The accounts of a supervisor's jobs, between the event loop and the bookkeeper.
final class JobAccounts {
  /// What an account changes about a running job.
  enum Change {
    /// What it may use with what it holds.
    case backing(JobAccount)
    /// What its account, or one above it, has reached, and when what it uses has to be booked.
    case standing(AccountStanding?, JobAccount)
    /// Its books could not be kept, in words.
    case failed(String)
  }

  /// What the bookkeeper has answered.
  enum News {
    /// About a running job.
    case ofJob(UInt64, Change)
    /// Whoever asked for more budget for a job over a connection gets it, or does not.
    case raised(UInt64, asker: UInt64, Result<JobAccount, ControlFailure>)
    /// A job's end is booked, or could not be.
    case settled(UInt64, String, failure: String?)
  }

  private let bookkeeper: Bookkeeper
  private let log: Logger
  private var accounts: [UInt64: JobAccount] = [:]
  /// Jobs that were reserved for and do not run yet.
  private var requested: [UInt64: (request: JobRequest, id: String)] = [:]
  /// What the ledger has answered to that, where it came while other jobs were looked after.
  private var reserved: [UInt64: Result<Receipt, LedgerError>] = [:]
  /// Jobs whose last use is being booked.
  private var settling: [UInt64: String] = [:]
  /// Who has asked for more budget for a job, in the order in which the ledger will answer.
  private var askers: [UInt64: [UInt64]] = [:]
  /// Whether a failure to book has been told.
  private var hasWarned = false
  /// When books are kept beside the event loop, at the latest; nil: they are, or there is no job yet.
  private(set) var nextWake: Instant?
  /// How long a job runs before a thread for its books is worth its cost.
  private static let shortJob: Duration = .milliseconds(100)
  /// How soon a thread is tried for again where there was none to be had.
  private static let pause: Duration = .milliseconds(400)

  init(_ bookkeeper: Bookkeeper, log: Logger) {
    self.bookkeeper = bookkeeper
    self.log = log
  }

  /// Readable while there are answers.
  var rawValue: Int32 { bookkeeper.rawValue }

  /// Whether the end of some job has still to be booked.
  var isSettling: Bool { !settling.isEmpty }

  func account(of number: UInt64) -> JobAccount? { accounts[number] }

  /// Asks the account to set aside what the job needs. Nothing waits for it yet: the group is made meanwhile.
  func reserve(_ request: JobRequest, id: String, number: UInt64) throws(SupervisionError) {
    guard let path = request.plan.spec.account else { return }
    guard let budget = request.plan.budget.bound else {
      throw SupervisionError(
        .refused,
        "account \(path): a job needs a --budget there (the account has no default budget); nothing was run")
    }
    do {
      let spec = request.plan.spec
      let rating = Rater(rates: spec.prices.rates).text(
        at: spec.prices.multiplier(at: Clock.wall(), priority: spec.limits.priority))
      var intent = JobIntent(
        id: id, account: path, budget: budget, name: request.plan.name, boot: try Host.bootID(),
        rating: rating)
      intent.prices = spec.priceOrigin
      let rate = request.plan.burn.cpuPerSecond
      bookkeeper.order(
        .apply(.reserve(intent, rate: rate), Stamp(key: nil, time: Clock.wall()), job: number))
    } catch {
      throw SupervisionError(.failed, "could not tell this boot from others: \(error)")
    }
    requested[number] = (request, id)
  }

  /// Waits until the account has taken the job and has on record what it costs, and notes where its group is: before anything runs. Throws `SupervisionError`, `refused` if the account has too little.
  func awaitReservation(number: UInt64, group: String?) throws(SupervisionError) {
    guard let (request, id) = requested[number], let path = request.plan.spec.account else { return }
    do throws(LedgerError) {
      bookkeeper.performHere()
      let receipt = try answer(to: number).get()
      // From here on there is something to give back.
      accounts[number] = JobAccount(
        path, job: id, number: number, receipt: receipt, budget: request.plan.budget.bound ?? .zero,
        at: Clock.boottime())
      requested[number] = nil
      try bookkeeper.note(group: group, of: id)
    } catch {
      requested[number] = nil
      throw SupervisionError(error)
    }
    bookkeeper.order(.watch(path, job: number))
    nextWake = Clock.boottime().advanced(by: Self.shortJob)
  }

  /// Keeps books beside the event loop from now on, if it is time for that.
  func wake(at now: Instant) {
    if let due = nextWake, due <= now { keepBeside() }
  }

  /// Keeps books beside the event loop from now on: jobs run that nothing may delay.
  func keepBeside() {
    nextWake = bookkeeper.start() ? nil : Clock.boottime().advanced(by: Self.pause)
  }

  /// Books what is left to be booked while there is nothing else to do.
  func keepHere() { bookkeeper.performHere() }

  /// The job could not be launched: what was set aside for it goes back.
  func abandon(id: String, number: UInt64) {
    reserved[number] = nil
    // Refused, or never asked: there is nothing to give back.
    guard requested.removeValue(forKey: number) != nil || accounts.removeValue(forKey: number) != nil else {
      return
    }
    settle(JobUse(job: id, used: .zero), .notLaunched, number: number)
  }

  /// After a reading.
  func book(
    _ number: UInt64, used: Credits, rate: Credits, use: (_ withReading: Bool) -> JobUse, isCrossing: Bool,
    at now: Instant
  ) {
    guard var account = accounts[number] else { return }
    let orders = account.orders(after: used, rate: rate, use: use, isCrossing: isCrossing, at: now)
    accounts[number] = account
    guard !orders.isEmpty else { return }
    for order in orders { bookkeeper.order(order) }
    keepBeside()
  }

  /// Asks the account for more budget for a running job.
  func raise(_ number: UInt64, by amount: Credits, key: String?, asker: UInt64) {
    guard let job = accounts[number]?.job else { return }
    askers[number, default: []].append(asker)
    bookkeeper.order(
      .apply(.raiseBudget(job: job, by: amount), Stamp(key: key, time: Clock.wall()), job: number))
    keepBeside()
  }

  /// Books what a job has used in all, and gives back the rest.
  /// - Returns: whether there is an account to book it in; then `takeNews` says when it is done.
  func settle(_ report: JobReport, number: UInt64) -> Bool {
    guard accounts.removeValue(forKey: number) != nil else { return false }
    let reading = UsageReading(
      time: report.endedAt ?? report.startedAt, used: report.bill.used, usage: report.usage)
    settle(JobUse(job: report.job, used: report.bill.used, reading: reading), .final, number: number)
    return true
  }

  /// What the bookkeeper has answered since the last time.
  func takeNews() -> [News] {
    bookkeeper.takeAnswers().compactMap(news)
  }

  /// Waits until all ends are booked, or known not to be.
  func finish() {
    guard isSettling else { return }
    keepHere()
    guard var poller = try? Poller() else { return }
    try? poller.add(bookkeeper.rawValue, token: 0, events: .readable)
    while isSettling, (try? poller.wait(until: nil)) != nil { _ = takeNews() }
  }

  private func news(_ answer: Bookkeeper.Answer) -> News? {
    switch answer {
    case .standing(let standing, let share, let job):
      accounts[job]?.noteShare(share)
      return accounts[job].map { .ofJob(job, .standing(standing, $0)) }
    case .applied(.extendLease, let outcome, let job):
      guard accounts[job] != nil else { return nil }
      accounts[job]?.noteLease(outcome)
      return accounts[job].map { .ofJob(job, .backing($0)) }
    case .applied(.raiseBudget, let outcome, let job): return raised(job, outcome)
    case .applied(.settle, .failure(let error), let job):
      return settling.removeValue(forKey: job).map {
        .settled(job, $0, failure: "what it used could not be booked: \(error)")
      }
    case .applied(.settle, .success, let job):
      return settling.removeValue(forKey: job).map { .settled(job, $0, failure: nil) }
    // It is waited for, as soon as the launch is that far.
    case .applied(.reserve, let outcome, let job) where requested[job] != nil:
      reserved[job] = outcome
      return nil
    // Whoever waited for it is gone: the launch had failed of something else.
    case .applied(.reserve, .failure, _): return nil
    case .applied(let operation, .failure(let error), let job):
      log.warning("\(operation): \(error)")
      guard !hasWarned else { return nil }
      hasWarned = true
      return .ofJob(job, .failed("what it uses could not be booked meanwhile: \(error)"))
    case .applied(_, .success, _): return nil
    }
  }

  private func raised(_ number: UInt64, _ outcome: Result<Receipt, LedgerError>) -> News? {
    guard let asker = askers[number]?.first else { return nil }
    askers[number]?.removeFirst()
    switch outcome {
    case .failure(let error):
      return .raised(
        number, asker: asker,
        .failure(ControlFailure(error.isRefusal ? .refused : .failed, error.description)))
    case .success(let receipt):
      guard let holding = receipt.job, accounts[number] != nil else {
        return .raised(number, asker: asker, .failure(ControlFailure(.noJob, "the job is over")))
      }
      accounts[number]?.noteRaise(holding)
      return accounts[number].map { .raised(number, asker: asker, .success($0)) }
    }
  }

  private func settle(_ use: JobUse, _ settlement: Settlement, number: UInt64) {
    settling[number] = use.job
    bookkeeper.order(.unwatch(job: number))
    bookkeeper.order(.apply(.settle(use, settlement), Stamp(key: nil, time: Clock.wall()), job: number))
  }

  /// The answer to the one operation that was asked for a job which does not run yet.
  private func answer(to number: UInt64) throws(LedgerError) -> Result<Receipt, LedgerError> {
    if let early = reserved.removeValue(forKey: number) { return early }
    var others: [Bookkeeper.Answer] = []
    defer { bookkeeper.putBack(others) }
    func look() -> Result<Receipt, LedgerError>? {
      var found: Result<Receipt, LedgerError>?
      for answer in bookkeeper.takeAnswers() {
        if case .applied(_, let outcome, number) = answer { found = outcome } else { others.append(answer) }
      }
      return found
    }
    if let found = look() { return found }
    do {
      var poller = try Poller()
      try poller.add(bookkeeper.rawValue, token: 0, events: .readable)
      while true {
        _ = try poller.wait(until: nil)
        if let found = look() { return found }
      }
    } catch {
      throw LedgerError(.failed, "could not wait for the ledger: \(error)")
    }
  }
}

extension SupervisionError {
  /// A ledger that said no, or could not be asked.
  init(_ error: LedgerError) {
    if error.isRefusal || error.isNoAccount {
      self.init(.refused, "\(error); nothing was run")
    } else {
      self.init(.failed, "\(error); nothing was run; --ledger none runs without accounts")
    }
  }
}
