import ArgumentParser
import ControlSocket
import LinuxSystem
import ResourceModel

/// `rmrun resize JOB --memory 2G`.
struct ResizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.resize.rawValue,
    abstract: "Change limits of a running job.",
    usage: "rmrun resize <job> [--json] <limit> ...",
    discussion: """
      The limits are options of a run that can be changed while it goes on; 'max' takes a limit away:

      \(Self.help)

      Nothing is changed if one of them can't be held on this host, or if a new memory limit would kill the job at once.
      """)

  @Argument(help: "The job: its identifier, the beginning of it, or its name.") var job: String
  @Flag(help: "Print the job as JSON by the schema rmrun.jobs/1.") var json = false
  @Argument(parsing: .captureForPassthrough, help: "Limits, such as --memory 2G --cpus 2.") var limits:
    [String] = []

  private static let settings = Setting.all.filter(\.isLive)

  private static var help: String {
    settings.map { "  --\($0.option) <\($0.valueName)>  \($0.help)" }.joined(separator: "\n")
  }

  func run() throws {
    var words = limits[...]
    let json = json || words.contains("--json")
    words = words.filter { $0 != "--json" }[...]
    let arguments = try ArgumentScanner.scan(words, options: Self.settings.map(RunOption.init))
    if arguments.wantsHelp { throw CleanExit.helpRequest(self) }
    if let word = arguments.command.first {
      throw UsageError(description: "'\(word.escapedForTerminal)' is no limit; type --memory 2G, for example")
    }
    guard !arguments.settings.isEmpty else {
      throw UsageError(description: "no limit was given; type --memory 2G, for example")
    }
    let found = try FoundJob.called(job)
    let reply = try found.ask(.resize(job: found.job.id, Self.changes(arguments.settings)))
    JobChange.show(reply, json: json, "changed")
  }

  /// Values by keys. What is repeated is lines; a device is named by a path that means the same to the job's supervisor.
  private static func changes(_ settings: [(setting: Setting, value: String)]) -> [String: String] {
    settings.reduce(into: [:]) { changes, given in
      let (setting, value) = given
      guard setting.isRepeatable else { return changes[setting.key] = value }
      let text = absolute(value)
      changes[setting.key] = changes[setting.key].map { $0 + "\n" + text } ?? text
    }
  }

  /// `10M` as `/where/we/are=10M`, `data=10M` as `/where/we/are/data=10M`.
  private static func absolute(_ value: String) -> String {
    let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let target = parts.count == 2 ? parts[0] : "."
    guard !target.hasPrefix("/"), !target.contains(":"), let directory = OwnProcess.workingDirectory else {
      return value
    }
    return (target == "." ? directory : directory + "/" + target) + "=" + parts[parts.count - 1]
  }
}
