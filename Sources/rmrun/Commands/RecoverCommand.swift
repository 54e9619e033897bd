import ArgumentParser
import CreditLedger
import LinuxSystem
import ResourceModel
import Supervision

/// `rmrun recover`: ends and books what a crash of both rmrun and its guardian left.
struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.recover.rawValue,
    abstract: "Kill, book and remove jobs whose rmrun and guardian are both dead.",
    discussion: """
      Jobs with an account are charged what their groups' final counters say, or, where the group is gone, what the last reading \
      said; what was set aside for them goes back.

      Only groups that rmrun has tagged, that nobody holds locked, and that are of this boot are touched. Killing rmrun alone \
      needs no recovery: its guardian ends and books the job at once.
      """)

  @Option(name: .customLong("cgroup-parent"), help: "Look below this group instead of the caller's own.")
  var cgroupParent: String?
  @Flag(
    help: "Book jobs on record in the ledger, and leave groups of other jobs alone: what a guardian does.")
  var accountsOnly = false
  @OptionGroup var ledger: LedgerOptions

  func run() throws {
    let accounts = try recoverAccounts()
    let groups = accountsOnly ? [] : try recoverGroups()
    for job in accounts { print(Self.line(job)) }
    for job in groups { print(Self.line(job)) }
    let directories = accountsOnly ? [] : Recovery.freeProjects()
    for path in directories { print("\(path.escapedForTerminal): its size is bounded no more") }
    if accounts.isEmpty, groups.isEmpty, directories.isEmpty { print("nothing to recover") }
    let isClear = accounts.allSatisfy { $0.failure == nil } && groups.allSatisfy { $0.failure == nil }
    guard isClear else { throw ExitCode(RunStatus.failed) }
  }

  /// First of all: as long as a job's end is not booked, its group keeps the figures.
  private func recoverAccounts() throws -> [RecoveredAccount] {
    // A ledger that nobody has made has nothing to recover.
    guard let path = try LedgerPlace.find(ledger.ledger), try LedgerPlace.isThere(ledger.ledger) else {
      return []
    }
    do {
      return try AccountRecovery.run(
        try SQLiteLedger(path: path, makes: false), JobLocks(ledger: path),
        Spool(ledger: path, environment: OwnProcess.environment),
        patience: accountsOnly ? .ofGuardian : .ofUser)
    } catch {
      throw UsageError(description: "\(error)")
    }
  }

  private func recoverGroups() throws -> [RecoveredJob] {
    do {
      return try Recovery.run(cgroupParent: cgroupParent)
    } catch {
      throw UsageError(description: "\(error)")
    }
  }

  private static func line(_ job: RecoveredJob) -> String {
    let cpu = job.cpuTime.map { "CPU time \($0.shortText)" } ?? "CPU time unmeasured"
    let end = job.failure.map { "could not be removed: \($0)" } ?? "killed and removed"
    return "\(job.id.escapedForTerminal): \(end) (\(cpu))"
  }

  private static func line(_ job: RecoveredAccount) -> String {
    let source =
      switch job.settlement {
      case .final: "by its final counters"
      case .finalButTraffic: "by its final counters, but its traffic by its last reading"
      case .lastReading: "by its last reading"
      case .notLaunched: "never launched"
      }
    let end = job.failure.map { "could not be booked: \($0)" } ?? "charged \(job.charged) credits, \(source)"
    return "\(job.job.escapedForTerminal): account \(job.account): \(end)"
  }
}
