package import CreditLedger
package import LinuxSystem
package import ResourceModel
import Synchronization

/// Keeps jobs' accounts on a thread of its own: a ledger that is slow, locked or gone never delays the event loop.
///
/// Orders go in, answers come out, each in its order; the event loop is woken by `rawValue`. Charges that wait together are booked
/// in one transaction.
package final class Bookkeeper: Sendable {
  /// What is to be done.
  enum Order: Sendable {
    /// An operation about a job.
    case apply(LedgerOperation, Stamp, job: UInt64)
    /// What a job has used so far.
    case charge(JobUse, job: UInt64)
    /// From now on, say when the standing of the job's account, or of one above it, changes.
    case watch(AccountPath, job: UInt64)
    /// The job is over.
    case unwatch(job: UInt64)
    /// Somebody waits for an account.
    case answer(Question)
  }

  /// What came of it.
  enum Answer: Sendable {
    /// The operation was done, or was not.
    case applied(LedgerOperation, Result<Receipt, LedgerError>, job: UInt64)
    /// The job's account, or one above it, has reached a threshold, or is below all of them again.
    case standing(AccountStanding?, job: UInt64)
  }

  private let orders = Mutex<[Order]>([])
  private let answers = Mutex<[Answer]>([])
  /// Whether something may be in the spool.
  private let hasKept = Mutex(false)
  private let wanted: Doorbell
  /// What the thread waits with, until it takes it.
  private let poller: Mutex<Poller?>
  private let answered: Doorbell
  private let open: @Sendable () throws(LedgerError) -> any Ledger
  private let locks: JobLocks?
  private let spool: Spool?

  /// How long standings may be old: an ancestor's threshold acts on every job below it within a second.
  private static let watchInterval: Duration = .milliseconds(400)

  /// Starts the thread, which opens the ledger.
  /// - Parameters:
  ///   - locks: says of each job that its books are being kept; nil for a ledger that nobody else has.
  ///   - spool: where what it can't be told is kept; nil: nowhere.
  ///   - open: opens it; called once, on that thread.
  package init(
    locks: JobLocks?, spool: Spool?, _ open: @escaping @Sendable () throws(LedgerError) -> any Ledger
  ) throws(SystemError) {
    self.open = open
    self.locks = locks
    self.spool = spool
    wanted = try Doorbell()
    answered = try Doorbell()
    let waiting = try Poller()
    try waiting.add(wanted.rawValue, token: 0, events: .readable)
    poller = Mutex(waiting)
    guard DetachedThread.start({ [self] in work() }) else {
      throw SystemError("start the ledger's thread", code: .other)
    }
  }

  /// Readable while there are answers.
  var rawValue: Int32 { answered.rawValue }

  /// Gives an order, and returns at once.
  func order(_ order: Order) {
    orders.withLock { $0.append(order) }
    wanted.ring()
  }

  /// The answers that there are.
  func takeAnswers() -> [Answer] {
    answered.silence()
    return answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
  }

  /// Puts answers back that somebody else is to take.
  func putBack(_ taken: [Answer]) {
    guard !taken.isEmpty else { return }
    answers.withLock { $0 = taken + $0 }
    answered.ring()
  }

  /// An account as it stands, its period renewed if it is due. Waits for the ledger's answer.
  package func account(_ path: AccountPath) throws(LedgerError) -> Account {
    let question = try Question(path)
    orders.withLock { $0.append(.answer(question)) }
    wanted.ring()
    guard let account = try question.wait() else { throw .noAccount(path) }
    return account
  }

  /// Notes where a job, whose reservation is booked, is about to run.
  func note(group: String?, of job: String) throws(LedgerError) { try locks?.note(group: group, of: job) }

  // MARK: On the thread

  private func work() {
    let ledger: Result<any Ledger, LedgerError>
    do {
      ledger = .success(try open())
    } catch {
      ledger = .failure(error)
    }
    // Whoever has started this thread is still setting up the supervision.
    try? ledger.get().prepare()
    var watched: [UInt64: AccountPath] = [:]
    var held: [UInt64: JobLock] = [:]
    var told: [UInt64: AccountStanding] = [:]
    var hasRecovered = false
    var look = Clock.boottime().advanced(by: Self.watchInterval)
    guard var poller = poller.withLock({ $0.take() }) else { return }
    while true {
      _ = try? poller.wait(until: watched.isEmpty ? nil : look)
      wanted.silence()
      perform(takeOrders(), on: ledger, &watched, &held)
      guard !watched.isEmpty, Clock.boottime() >= look else { continue }
      // A job that is over by now waits for none of this.
      if !hasRecovered { _ = recover(on: ledger) }
      hasRecovered = true
      told = told.filter { watched[$0.key] != nil }
      tellStandings(watched, &told, ledger)
      look = Clock.boottime().advanced(by: Self.watchInterval)
    }
  }

  private func takeOrders() -> [Order] {
    orders.withLock { orders in
      defer { orders = [] }
      return orders
    }
  }

  private func perform(
    _ orders: [Order], on ledger: Result<any Ledger, LedgerError>, _ watched: inout [UInt64: AccountPath],
    _ held: inout [UInt64: JobLock]
  ) {
    var uses: [(use: JobUse, job: UInt64)] = []
    for order in orders {
      switch order {
      case .charge(let use, let job): uses.append((use, job))
      case .apply(let operation, let stamp, let job):
        charge(&uses, on: ledger)
        answer(.applied(operation, locked(operation, stamp, on: ledger, &held[job]), job: job))
      case .watch(let path, let job): watched[job] = path
      case .unwatch(let job): watched[job] = nil
      case .answer(let question): question.answer(from: ledger)
      }
    }
    charge(&uses, on: ledger)
  }

  /// A job is locked from before it is on record until its end is.
  private func locked(
    _ operation: LedgerOperation, _ stamp: Stamp, on ledger: Result<any Ledger, LedgerError>,
    _ lock: inout JobLock?
  ) -> Result<Receipt, LedgerError> {
    if case .reserve(let intent, _) = operation {
      FaultPoint.unrecorded.pass()
      do throws(LedgerError) {
        lock = try locks?.take(intent.id)
      } catch {
        return .failure(error)
      }
    }
    var outcome = Self.apply(operation, stamp, on: ledger)
    if case .reserve = operation, case .failure(let error) = outcome, case .refused = error.code,
      recover(on: ledger)
    {
      // What dead supervisors had set aside is free again.
      outcome = Self.apply(operation, stamp, on: ledger)
    }
    switch (operation, outcome) {
    case (.reserve, .success): FaultPoint.reserved.pass()
    case (.settle(let use, let settlement), .failure(let error)) where !error.isRefusal:
      outcome = .failure(kept(SpoolEntry(use, settlement), error))
      // From here on whoever can tell the ledger may.
      lock = nil
    case (.settle(let use, _), .success):
      forget([use])
      fallthrough
    case (.reserve, .failure):
      FaultPoint.settled.pass()
      lock?.remove()
      lock = nil
    default: break
    }
    return outcome
  }

  /// Books the ends of jobs that others could not book any more. Returns whether there were any.
  private func recover(on ledger: Result<any Ledger, LedgerError>) -> Bool {
    guard let locks, let recovered = try? AccountRecovery.run(ledger.get(), locks, spool) else {
      return false
    }
    return recovered.contains { $0.failure == nil }
  }

  private func charge(_ uses: inout [(use: JobUse, job: UInt64)], on ledger: Result<any Ledger, LedgerError>)
  {
    guard !uses.isEmpty else { return }
    let operation = LedgerOperation.charge(uses.map(\.use))
    var outcome = Self.apply(operation, Stamp(key: nil, time: Clock.wall()), on: ledger)
    if case .failure(let error) = outcome {
      for (use, _) in uses { outcome = .failure(kept(SpoolEntry(use, nil), error)) }
    } else {
      forget(uses.map(\.use))
    }
    FaultPoint.charged.pass()
    for (use, job) in uses { answer(.applied(.charge([use]), outcome, job: job)) }
    uses = []
  }

  /// Keeps what the ledger could not be told.
  /// - Returns: why it could not, and what becomes of it.
  private func kept(_ entry: SpoolEntry, _ error: LedgerError) -> LedgerError {
    guard let spool else { return error }
    do {
      let file = try spool.keep(entry)
      hasKept.withLock { $0 = true }
      return LedgerError(error.code, "\(error); it is kept in \(file) until rmrun can book it")
    } catch let failure {
      return LedgerError(
        error.code, "\(error); nor could it be kept: \(failure); `rmrun recover` books what is known")
    }
  }

  /// The ledger has been told meanwhile.
  private func forget(_ uses: [JobUse]) {
    guard hasKept.withLock({ $0 }) else { return }
    for use in uses { spool?.remove(use.job) }
  }

  private static func apply(
    _ operation: LedgerOperation, _ stamp: Stamp, on ledger: Result<any Ledger, LedgerError>
  ) -> Result<Receipt, LedgerError> {
    do throws(LedgerError) {
      return .success(try ledger.get().apply(operation, stamp))
    } catch {
      return .failure(error)
    }
  }

  private func tellStandings(
    _ watched: [UInt64: AccountPath], _ told: inout [UInt64: AccountStanding],
    _ ledger: Result<any Ledger, LedgerError>
  ) {
    var known: [AccountPath: AccountStanding?] = [:]
    for (job, path) in watched {
      if known[path] == nil {
        guard let chain = try? ledger.get().chain(of: path) else { continue }
        known[path] = .some(AccountStanding(chain))
      }
      guard let standing = known[path], standing != told[job] else { continue }
      told[job] = standing
      answer(.standing(standing, job: job))
    }
  }

  private func answer(_ answer: Answer) {
    answers.withLock { $0.append(answer) }
    answered.ring()
  }
}

/// A question to the ledger that somebody waits with.
final class Question: Sendable {
  private let path: AccountPath
  private let outcome = Mutex<Result<Account?, LedgerError>?>(nil)
  private let answered: Doorbell

  init(_ path: AccountPath) throws(LedgerError) {
    self.path = path
    do {
      answered = try Doorbell()
    } catch {
      throw LedgerError(.failed, "\(error)")
    }
  }

  /// On the ledger's thread.
  func answer(from ledger: Result<any Ledger, LedgerError>) {
    do throws(LedgerError) {
      let account = try ledger.get().account(path, at: Clock.wall())
      outcome.withLock { $0 = .success(account) }
    } catch {
      outcome.withLock { $0 = .failure(error) }
    }
    answered.ring()
  }

  /// On the asker's.
  func wait() throws(LedgerError) -> Account? {
    do {
      var poller = try Poller()
      try poller.add(answered.rawValue, token: 0, events: .readable)
      _ = try poller.wait(until: nil)
    } catch {
      throw LedgerError(.failed, "could not wait for the ledger: \(error)")
    }
    return try outcome.withLock { $0 }?.get()
  }
}
