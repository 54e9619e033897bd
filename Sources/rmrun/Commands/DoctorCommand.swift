import ArgumentParser
import LinuxSystem
import Reporting
import ResourceModel
import Supervision

/// `rmrun doctor`: what this host can enforce for this user.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.doctor.rawValue,
    abstract: "Say what this host can enforce, why not the rest, and what mends it.",
    discussion: """
      Each limit and meter is held by the kernel, polled by rmrun, or unavailable. It is found out by doing what a run does: \
      making a group with every limit and starting a process in it. Nothing of that is left.

      With --require the exit status is 122 unless the kernel holds all that is asked for.
      """)

  @Flag(help: "Print JSON by the schema rmrun.doctor/1.") var json = false

  @Option(
    help: ArgumentHelp(
      "Limits and meters that the kernel has to hold: 'kernel' for all, or a list such as memory.max,cpu.",
      valueName: "kernel|list"))
  var require: String?

  @Option(
    name: .customLong("cgroup-parent"),
    help: ArgumentHelp("Look below this group instead of the caller's own.", valueName: "path"))
  var cgroupParent: String?

  func run() throws {
    let requirement = try requirement()
    ScopeEntry.enterForAll(cgroupParent: cgroupParent)
    let report: HostReport
    do {
      report = try HostSurvey.report(cgroupParent: cgroupParent)
    } catch {
      throw UsageError(description: "\(error)")
    }
    print(json ? report.jsonText : DoctorText.text(report), terminator: "")
    let lacking = report.lacking(requirement)
    guard !lacking.isEmpty else { return }
    let list = lacking.map { "\($0.feature.rawValue) (\($0.mechanism.rawValue))" }.joined(separator: ", ")
    Console.error("--require: the kernel does not hold \(list) here")
    throw ExitCode(RunStatus.refused)
  }

  private func requirement() throws(UsageError) -> Requirement {
    guard let require else { return .nothing }
    do {
      return try Requirement(parsing: require)
    } catch {
      throw UsageError(description: "--require: \(error)")
    }
  }
}
