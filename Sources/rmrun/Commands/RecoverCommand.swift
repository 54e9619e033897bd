import ArgumentParser
import LinuxSystem
import ResourceModel
import Supervision

/// `rmrun recover`: ends what a crash of both rmrun and its guardian left.
struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.recover.rawValue,
    abstract: "Kill and remove jobs whose rmrun and guardian are both dead.",
    discussion: """
      Only groups that rmrun has tagged, that nobody holds locked, and that are of this boot are touched. Killing rmrun alone \
      needs no recovery: its guardian ends the job at once.
      """)

  @Option(name: .customLong("cgroup-parent"), help: "Look below this group instead of the caller's own.")
  var cgroupParent: String?

  func run() throws {
    let recovered: [RecoveredJob]
    do {
      recovered = try Recovery.run(cgroupParent: cgroupParent)
    } catch {
      throw UsageError(description: "\(error)")
    }
    for job in recovered { print(Self.line(job)) }
    if recovered.isEmpty { print("nothing to recover") }
    guard recovered.allSatisfy({ $0.failure == nil }) else { throw ExitCode(RunStatus.failed) }
  }

  private static func line(_ job: RecoveredJob) -> String {
    let cpu = job.cpuTime.map { "CPU time \($0.shortText)" } ?? "CPU time unmeasured"
    let end = job.failure.map { "could not be removed: \($0)" } ?? "killed and removed"
    return "\(job.id.escapedForTerminal): \(end) (\(cpu))"
  }
}
