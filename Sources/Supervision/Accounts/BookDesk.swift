import CreditLedger
import LinuxSystem
import ResourceModel

/// Does a bookkeeper's orders, on whichever thread has it. Charges that wait together are booked in one transaction.
struct BookDesk: ~Copyable, Sendable {
  private let open: @Sendable () throws(LedgerError) -> any Ledger
  private let locks: JobLocks?
  private let spool: Spool?
  /// Nil until there is something to do with it.
  private var opened: Result<any Ledger, LedgerError>?
  private var watched: [UInt64: AccountPath] = [:]
  private var held: [UInt64: JobLock] = [:]
  /// What was told last of each job's account.
  private var told: [UInt64: Outlook] = [:]
  private var hasRecovered = false
  /// Whether something may be in the spool.
  private var hasKept = false

  init(locks: JobLocks?, spool: Spool?, _ open: @escaping @Sendable () throws(LedgerError) -> any Ledger) {
    self.open = open
    self.locks = locks
    self.spool = spool
  }

  /// Whether there are jobs whose accounts' standing has to be known.
  var isWatching: Bool { !watched.isEmpty }

  /// Does what was ordered, in its order.
  mutating func perform(_ orders: [Bookkeeper.Order], _ answer: (Bookkeeper.Answer) -> Void) {
    guard !orders.isEmpty else { return }
    var uses: [(use: JobUse, job: UInt64)] = []
    for order in orders {
      switch order {
      case .charge(let use, let job): uses.append((use, job))
      case .apply(let operation, let stamp, let job):
        charge(&uses, answer)
        answer(.applied(operation, locked(operation, stamp, job), job: job))
      case .watch(let path, let job): watched[job] = path
      case .unwatch(let job): watched[job] = nil
      case .answer(let question): question.answer(from: ledger())
      }
    }
    charge(&uses, answer)
  }

  /// Looks at the accounts of the jobs that run, and tells what has changed about them.
  mutating func look(_ answer: (Bookkeeper.Answer) -> Void) {
    // A job that is over by now waits for none of this.
    if !hasRecovered { _ = recover() }
    hasRecovered = true
    told = told.filter { watched[$0.key] != nil }
    var known: [AccountPath: Outlook] = [:]
    for (job, path) in watched {
      if known[path] == nil {
        guard let chain = try? ledger().get().chain(of: path) else { continue }
        known[path] = Outlook(standing: AccountStanding(chain), share: BookingShare.of(chain))
      }
      guard let outlook = known[path], outlook != told[job] else { continue }
      told[job] = outlook
      answer(.standing(outlook.standing, share: outlook.share, job: job))
    }
  }

  /// How an account stands, and how far its jobs may go unheard.
  private struct Outlook: Equatable {
    var standing: AccountStanding?
    var share: Credits?
  }

  private mutating func ledger() -> Result<any Ledger, LedgerError> {
    if let opened { return opened }
    let outcome: Result<any Ledger, LedgerError>
    do {
      let ledger = try open()
      // Never closed: whoever closes SQLite's last connection writes the whole log back to the file and waits for the disk, three times.
      _ = Unmanaged.passRetained(ledger as AnyObject)
      outcome = .success(ledger)
    } catch {
      outcome = .failure(error)
    }
    opened = outcome
    return outcome
  }

  /// A job is locked from before it is on record until its end is.
  private mutating func locked(_ operation: LedgerOperation, _ stamp: Stamp, _ job: UInt64)
    -> Result<Receipt, LedgerError>
  {
    if case .reserve(let intent, _) = operation {
      FaultPoint.unrecorded.pass()
      do throws(LedgerError) {
        // What is wrong with the ledger says more than what is wrong with the locks beside it.
        _ = try ledger().get()
        held[job] = try locks?.takeNew(intent.id)
      } catch {
        return .failure(error)
      }
    }
    var outcome = apply(operation, stamp)
    if case .reserve = operation, case .failure(let error) = outcome, case .refused = error.code, recover() {
      // What dead supervisors had set aside is free again.
      outcome = apply(operation, stamp)
    }
    switch (operation, outcome) {
    case (.reserve, .success): FaultPoint.reserved.pass()
    case (.settle(let use, let settlement), .failure(let error))
    where !error.isRefusal && error.code != .noJob:
      outcome = .failure(kept(SpoolEntry(use, settlement), error))
      // From here on whoever can tell the ledger may.
      held[job] = nil
    case (.settle(let use, _), .success):
      forget([use])
      fallthrough
    case (.reserve, .failure):
      FaultPoint.settled.pass()
      held[job]?.remove()
      held[job] = nil
    default: break
    }
    return outcome
  }

  private mutating func apply(_ operation: LedgerOperation, _ stamp: Stamp) -> Result<Receipt, LedgerError> {
    do throws(LedgerError) {
      return .success(try ledger().get().apply(operation, stamp))
    } catch {
      return .failure(error)
    }
  }

  private mutating func charge(
    _ uses: inout [(use: JobUse, job: UInt64)], _ answer: (Bookkeeper.Answer) -> Void
  ) {
    guard !uses.isEmpty else { return }
    var outcome = apply(.charge(uses.map(\.use)), Stamp(key: nil, time: Clock.wall()))
    if case .failure(let error) = outcome {
      for (use, _) in uses { outcome = .failure(kept(SpoolEntry(use, nil), error)) }
    } else {
      forget(uses.map(\.use))
    }
    FaultPoint.charged.pass()
    for (use, job) in uses { answer(.applied(.charge([use]), outcome, job: job)) }
    uses = []
  }

  /// Books the ends of jobs that others could not book any more. Returns whether there were any.
  private mutating func recover() -> Bool {
    guard let locks, let recovered = try? AccountRecovery.run(ledger().get(), locks, spool) else {
      return false
    }
    return recovered.contains { $0.failure == nil }
  }

  /// Keeps what the ledger could not be told.
  /// - Returns: why it could not, and what becomes of it.
  private mutating func kept(_ entry: SpoolEntry, _ error: LedgerError) -> LedgerError {
    guard let spool else { return error }
    do {
      let file = try spool.keep(entry)
      hasKept = true
      return LedgerError(error.code, "\(error); it is kept in \(file) until rmrun can book it")
    } catch let failure {
      return LedgerError(
        error.code, "\(error); nor could it be kept: \(failure); `rmrun recover` books what is known")
    }
  }

  /// The ledger has been told meanwhile.
  private func forget(_ uses: [JobUse]) {
    guard hasKept else { return }
    for use in uses { spool?.remove(use.job) }
  }
}
