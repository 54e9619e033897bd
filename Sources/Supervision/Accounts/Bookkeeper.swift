package import CreditLedger
package import LinuxSystem
package import ResourceModel
import Synchronization

/// Keeps jobs' accounts beside the event loop: a ledger that is slow, locked or gone never delays a job that runs.
///
/// Orders go in, answers come out, each in its order; the event loop is woken by `rawValue`. At first they are done where they are waited
/// for (`performHere`), since before a launch and after the last job's end there is nothing else to do: a short job costs no thread. Once a
/// job runs for a while, a thread of its own does them (`start`).
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
    /// The job's account, or one above it, has reached a threshold, or is below all of them again; or what the job may use before that has to
    /// be booked is another share.
    case standing(AccountStanding?, share: Credits?, job: UInt64)
  }

  private let orders = Mutex<[Order]>([])
  private let answers = Mutex<[Answer]>([])
  private let wanted: Doorbell
  private let answered: Doorbell
  /// What does the orders; nil once the thread has it.
  private let desk: Mutex<BookDesk?>
  /// What the thread waits with, until it takes it.
  private let poller = Mutex<Poller?>(nil)
  private let locks: JobLocks?

  /// How long standings may be old: an ancestor's threshold acts on every job below it within a second.
  private static let watchInterval: Duration = .milliseconds(300)

  /// - Parameters:
  ///   - locks: says of each job that its books are being kept; nil for a ledger that nobody else has.
  ///   - spool: where what it can't be told is kept; nil: nowhere.
  ///   - open: opens it; called once, with the first order that is done.
  package init(
    locks: JobLocks?, spool: Spool?, _ open: @escaping @Sendable () throws(LedgerError) -> any Ledger
  ) throws(SystemError) {
    self.locks = locks
    wanted = try Doorbell()
    answered = try Doorbell()
    desk = Mutex(BookDesk(locks: locks, spool: spool, open))
  }

  /// Readable while there are answers.
  var rawValue: Int32 { answered.rawValue }

  /// Gives an order, and returns at once.
  func order(_ order: Order) {
    orders.withLock { $0.append(order) }
    wanted.ring()
  }

  /// Does what was ordered on the calling thread, unless the thread for it runs already. Waits for the ledger.
  func performHere() {
    desk.withLock { desk in
      desk?.perform(takeOrders(), answer)
    }
  }

  /// Has a thread do what was ordered, and what will be.
  /// - Returns: false where none can be had now; then what was ordered is done here, and standings are not looked at.
  func start() -> Bool {
    guard desk.withLock({ $0 != nil }) else { return true }
    if isReady(), DetachedThread.start({ [self] in work() }) { return true }
    performHere()
    return false
  }

  /// Makes what the thread waits with, so that it lacks nothing once it has the desk.
  private func isReady() -> Bool {
    poller.withLock { poller in
      if poller == nil, let made = try? Poller(),
        (try? made.add(wanted.rawValue, token: 0, events: .readable)) != nil
      {
        poller = consume made
      }
      return poller != nil
    }
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
    order(.answer(question))
    performHere()
    guard let account = try question.wait() else { throw .noAccount(path) }
    return account
  }

  /// Notes where a job, whose reservation is booked, is about to run.
  func note(group: String?, of job: String) throws(LedgerError) { try locks?.note(group: group, of: job) }

  private func takeOrders() -> [Order] {
    orders.withLock { orders in
      defer { orders = [] }
      return orders
    }
  }

  private func answer(_ answer: Answer) {
    answers.withLock { $0.append(answer) }
    answered.ring()
  }

  // MARK: On the thread

  private func work() {
    guard var poller = poller.withLock({ $0.take() }), var desk = desk.withLock({ $0.take() }) else { return }
    var look = Clock.boottime().advanced(by: Self.watchInterval)
    while true {
      _ = try? poller.wait(until: desk.isWatching ? look : nil)
      wanted.silence()
      desk.perform(takeOrders(), answer)
      guard desk.isWatching, Clock.boottime() >= look else { continue }
      desk.look(answer)
      look = Clock.boottime().advanced(by: Self.watchInterval)
    }
  }
}
