import ArgumentParser
import ControlSocket
import Reporting
import ResourceModel

/// What every command that changes a running job takes, and how it does it.
struct JobChange: ParsableArguments {
  @Argument(help: "The job: its identifier, the beginning of it, or its name.") var job: String
  @Flag(help: "Print the job as JSON by the schema rmrun.jobs/1.") var json = false

  /// Asks the job's supervisor, and shows the job as it is then.
  /// - Parameter words: what has been done, for people: `asked to stop`.
  func ask(_ words: String, _ request: (String) -> ControlRequest) throws {
    let found = try FoundJob.called(job)
    Self.show(try found.ask(request(found.job.id)), json: json, words)
  }

  /// Shows the job that a reply brought.
  static func show(_ reply: ControlReply, json: Bool, _ words: String) {
    guard case .done(let job) = reply else { return }
    print(
      json ? ListedJob.jsonText(of: [ListedJob(job)]) : "job \(job.id.escapedForTerminal): \(words)\n",
      terminator: "")
  }
}

/// `rmrun stop JOB`.
struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.stop.rawValue,
    abstract: "Ask a running job to stop; after its grace period it is killed.")

  @OptionGroup var change: JobChange

  func run() throws { try change.ask("asked to stop") { .stop(job: $0) } }
}

/// `rmrun kill JOB`.
struct KillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.kill.rawValue, abstract: "Kill a running job, with all its processes.")

  @OptionGroup var change: JobChange

  func run() throws { try change.ask("killed") { .kill(job: $0) } }
}

/// `rmrun freeze JOB`.
struct FreezeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.freeze.rawValue,
    abstract: "Have all processes of a running job stand still; the memory that they hold is paid for.")

  @OptionGroup var change: JobChange

  func run() throws { try change.ask("frozen") { .freeze(job: $0) } }
}

/// `rmrun thaw JOB`.
struct ThawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.thaw.rawValue, abstract: "Let a frozen job go on.")

  @OptionGroup var change: JobChange

  func run() throws { try change.ask("goes on") { .thaw(job: $0) } }
}
