import ArgumentParser
import ControlSocket
import Reporting
import ResourceModel

/// `rmrun ps`.
struct PsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.ps.rawValue,
    abstract: "List the jobs that run now: this user's or, for root, all users'.")

  @Flag(help: "Print JSON by the schema rmrun.jobs/1.") var json = false

  func run() throws {
    let jobs = try RunningJobs.find()
    print(json ? ListedJob.jsonText(of: jobs.listed) : JobTable.text(jobs.listed), terminator: "")
    jobs.warn()
  }
}

/// `rmrun show JOB`.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.show.rawValue, abstract: "Show one running job.")

  @Argument(help: "The job: its identifier, the beginning of it, or its name.") var job: String
  @Flag(help: "Print JSON by the schema rmrun.jobs/1.") var json = false

  func run() throws {
    let listed = ListedJob(try FoundJob.called(job).job)
    print(json ? ListedJob.jsonText(of: [listed]) : JobText.show(listed), terminator: "")
  }
}

/// `rmrun wait JOB`.
struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.wait.rawValue,
    abstract: "Wait for the end of a running job, and end with the status that rmrun ended with for it.")

  @Argument(help: "The job: its identifier, the beginning of it, or its name.") var job: String

  func run() throws {
    let found = try FoundJob.called(job)
    guard case .ended(let status) = try found.ask(.wait(job: found.job.id)) else { return }
    throw ExitCode(status)
  }
}
