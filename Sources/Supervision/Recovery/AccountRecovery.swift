import CgroupV2
package import CreditLedger
import LinuxSystem
package import ResourceModel

/// A job whose supervisor died before it could book its end, and how it was booked instead.
package struct RecoveredAccount: Sendable {
  /// The job's identifier.
  package var job: String
  /// The account that paid.
  package var account: AccountPath
  /// What it was charged in all.
  package var charged: Credits
  /// Where the last figure comes from.
  package var settlement: Settlement
  /// Why its end could not be booked; nil if it was.
  package var failure: String?
}

extension RecoveredAccount {
  /// A job that is not over yet.
  fileprivate init(ending job: JobRecord) {
    self.init(
      job: job.intent.id, account: job.intent.account, charged: job.holding.charged, settlement: .lastReading,
      failure: "somebody holds its group; what its guardian does not end, `rmrun recover` does later")
  }
}

/// Books the ends of jobs whose supervisors are dead.
package enum AccountRecovery {
  /// How long ending one job may take.
  private static let patience: Duration = .seconds(10)

  /// How often it is looked again at what others had in hand.
  private static let pause: Duration = .milliseconds(20)

  /// How long to come back to jobs that somebody else had in hand.
  package struct Patience: Sendable {
    /// With those whose group is held: a guardian that has not ended them yet, and will book them then.
    package var withGroups: Duration = .zero
    /// With those whose lock is held: a supervisor that lives, or another recovery that has just looked at them.
    package var withLocks: Duration = .zero

    /// None: what others have in hand is theirs.
    package static let none = Patience()
    /// For a guardian, whose jobs' supervisor is dead for sure: who holds a lock of theirs lets go of it at once.
    package static let ofGuardian = Patience(withLocks: .milliseconds(200))
    /// For somebody who asks what there is to recover.
    package static let ofUser = Patience(withGroups: AccountRecovery.patience)
  }

  /// Takes each job on record whose lock nobody holds: kills what is left of it, charges what its supervisor could not tell the ledger
  /// any more, or what its group's final counters say, or, where there are none, what the last reading said; releases its reservation,
  /// and removes its group. A job whose group is held is left to its guardian, which is ending it: there are no final counters yet.
  /// - Parameters:
  ///   - ledger: the ledger.
  ///   - locks: who keeps the books of which job.
  ///   - spool: what the ledger could not be told, and will be told now.
  ///   - patience: how long to come back to what others have in hand; what they have still is told then, as a failure.
  /// - Throws: `LedgerError` if the ledger can't be read.
  package static func run(
    _ ledger: any Ledger, _ locks: JobLocks, _ spool: Spool?, patience: Patience = .none
  ) throws(LedgerError) -> [RecoveredAccount] {
    let boot: String
    do {
      boot = try Host.bootID()
    } catch {
      throw LedgerError(.failed, "could not tell this boot from others: \(error)")
    }
    let start = Clock.boottime()
    var recovered: [RecoveredAccount] = []
    while true {
      let (ending, hasLocked) = try look(ledger, locks, spool, boot: boot, &recovered)
      let elapsed = Clock.boottime().since(start)
      if (!ending.isEmpty && elapsed < patience.withGroups) || (hasLocked && elapsed < patience.withLocks) {
        Clock.sleep(pause)
        continue
      }
      return recovered + (patience.withGroups > .zero ? ending.map(RecoveredAccount.init(ending:)) : [])
    }
  }

  /// Settles what nobody has in hand.
  /// - Returns: jobs whose group is held, and whether there are jobs whose lock is.
  private static func look(
    _ ledger: any Ledger, _ locks: JobLocks, _ spool: Spool?, boot: String,
    _ recovered: inout [RecoveredAccount]
  ) throws(LedgerError) -> (ending: [JobRecord], hasLocked: Bool) {
    var (ending, hasLocked): ([JobRecord], Bool) = ([], false)
    for job in try ledger.openJobs() where !recovered.contains(where: { $0.job == job.intent.id }) {
      guard let lock = try locks.take(job.intent.id) else {
        hasLocked = true
        continue
      }
      let place = lock.place
      let group = find(job, in: place?.group, boot: boot)
      if case .held = group {
        ending.append(job)
        continue
      }
      recovered.append(settle(job, group.leftover, hasRun: place != nil, ledger, spool))
      if recovered.last?.failure == nil { lock.remove() }
    }
    return (ending, hasLocked)
  }

  private static func settle(
    _ job: JobRecord, _ leftover: Leftover?, hasRun: Bool, _ ledger: any Ledger, _ spool: Spool?
  ) -> RecoveredAccount {
    let deadline = Clock.boottime().advanced(by: patience)
    let final = leftover.flatMap { FinalUsage(of: $0, until: deadline) }
    let last = lastWord(on: job, hasRun: hasRun, final, spool?.entry(of: job.intent.id)) {
      (try? ledger.readings(of: job.intent.id))?.last
    }
    var result = RecoveredAccount(
      job: job.intent.id, account: job.intent.account, charged: last.use.used,
      settlement: last.settlement ?? .lastReading)
    do throws(LedgerError) {
      _ = try ledger.apply(.settle(last.use, result.settlement), Stamp(key: nil, time: Clock.wall()))
      spool?.remove(job.intent.id)
      // Only now: as long as its end is not booked, the group keeps the figures.
      try? leftover?.remove(until: deadline)
    } catch {
      // Whoever called may remove the group, and the figures with it.
      let isFinal = last.settlement == .final || last.settlement == .finalButTraffic
      _ = try? spool?.keep(SpoolEntry(last.use, isFinal ? last.settlement : nil))
      result.failure = error.description
    }
    return result
  }

  /// What a job has used in all, as far as it can be known, and where that comes from.
  private static func lastWord(
    on job: JobRecord, hasRun: Bool, _ final: FinalUsage?, _ kept: SpoolEntry?,
    lastReading: () -> UsageReading?
  ) -> SpoolEntry {
    var last = SpoolEntry(
      JobUse(job: job.intent.id, used: job.holding.charged, rating: job.intent.rating), .lastReading)
    if let kept {
      last.use.used = max(last.use.used, kept.use.used)
      last.use.rating = kept.use.rating ?? last.use.rating
      if kept.settlement != nil { return SpoolEntry(last.use, kept.settlement) }
    }
    // One that was charged has run, whatever became of its lock's file.
    guard hasRun || last.use.used > .zero else { return SpoolEntry(last.use, .notLaunched) }
    if let rating = last.use.rating, var final, var state = Rater.parse(rating) {
      final.fillIn(lastReading, state.rater)
      // What the final counters add to what was charged. Memory over time is no counter: it stands as of the last reading.
      state.rater.add(final.usage, multiplier: state.factor)
      last.use.used = max(last.use.used, state.rater.total)
      last.use.reading = UsageReading(time: Clock.wall(), used: last.use.used, usage: final.usage)
      last.settlement = final.settlement
    }
    return last
  }

  /// What there is of a job's group.
  private enum Group {
    /// None, or one of another job, or of an earlier boot.
    case none
    /// Somebody holds it.
    case held
    /// It is left, and held by this process now.
    case left(Leftover)

    var leftover: Leftover? {
      if case .left(let found) = self { found } else { nil }
    }
  }

  private static func find(_ job: JobRecord, in group: String?, boot: String) -> Group {
    guard job.intent.boot == boot, let group else { return .none }
    // Twice: it may be let go between the first look and the second.
    for _ in 0..<2 {
      if let found = try? Leftover(path: group, boot: boot) {
        return found.tag.job == job.intent.id ? .left(found) : .none
      }
      if Leftover.isHeld(group) { return .held }
    }
    return .none
  }
}
