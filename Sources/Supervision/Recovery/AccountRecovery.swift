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

/// Books the ends of jobs whose supervisors are dead.
package enum AccountRecovery {
  /// How long ending one job may take.
  private static let patience: Duration = .seconds(10)

  /// Takes each job on record whose lock nobody holds: kills what is left of it, charges what its supervisor could not tell the ledger
  /// any more, or what its group's final counters say, or, where there are none, what the last reading said; releases its reservation,
  /// and removes its group.
  /// - Parameters:
  ///   - ledger: the ledger.
  ///   - locks: who keeps the books of which job.
  ///   - spool: what the ledger could not be told, and will be told now.
  /// - Throws: `LedgerError` if the ledger can't be read.
  package static func run(
    _ ledger: any Ledger, _ locks: JobLocks, _ spool: Spool?
  ) throws(LedgerError) -> [RecoveredAccount] {
    let boot: String
    do {
      boot = try Host.bootID()
    } catch {
      throw LedgerError(.failed, "could not tell this boot from others: \(error)")
    }
    var recovered: [RecoveredAccount] = []
    for job in try ledger.openJobs() {
      guard let lock = try locks.take(job.intent.id) else { continue }
      recovered.append(settle(job, at: lock.place, boot: boot, ledger, spool))
      if recovered.last?.failure == nil { lock.remove() }
    }
    return recovered
  }

  private static func settle(
    _ job: JobRecord, at place: JobPlace?, boot: String, _ ledger: any Ledger, _ spool: Spool?
  ) -> RecoveredAccount {
    let deadline = Clock.boottime().advanced(by: patience)
    let leftover = leftover(of: job, in: place?.group, boot: boot)
    let counters = leftover.flatMap { try? $0.end(devices: BlockDevices(), until: deadline) }
    let last = lastWord(on: job, hasRun: place != nil, counters, spool?.entry(of: job.intent.id))
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
      _ = try? spool?.keep(SpoolEntry(last.use, last.settlement == .final ? .final : nil))
      result.failure = error.description
    }
    return result
  }

  /// What a job has used in all, as far as it can be known, and where that comes from.
  private static func lastWord(
    on job: JobRecord, hasRun: Bool, _ counters: GroupCounters?, _ kept: SpoolEntry?
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
    let usage = counters.map { Usage($0, hasStorage: $0.storage != nil) }
    if let rating = last.use.rating, let usage, let charge = charge(rating, usage) {
      last.use.used = max(last.use.used, charge)
      last.use.reading = UsageReading(time: Clock.wall(), used: last.use.used, usage: usage)
      last.settlement = .final
    }
    return last
  }

  /// What is left of the job's group. One of an earlier boot, or of another job, is not it.
  private static func leftover(of job: JobRecord, in group: String?, boot: String) -> Leftover? {
    guard job.intent.boot == boot, let group else { return nil }
    let found = try? Leftover(path: group, boot: boot)
    return found?.tag.job == job.intent.id ? found : nil
  }

  /// What the final counters add to what was charged. Memory over time is no counter: it stands as of the last reading.
  private static func charge(_ rating: String, _ usage: Usage) -> Credits? {
    guard var state = Rater.parse(rating) else { return nil }
    state.rater.add(usage, multiplier: state.factor)
    return state.rater.total
  }
}
