import ArgumentParser
import ResourceModel
import Supervision

/// What no job may do: it could give itself credits.
enum OutsideJobs {
  /// Ends with status 122 inside a job, before anything is opened.
  /// - Parameter what: what it can't do there: `change the accounts that pay for jobs`.
  static func require(for what: String) throws {
    guard let job = EnclosingJob.id else { return }
    Console.error("refused: this runs inside the job \(job.escapedForTerminal), which can't \(what)")
    throw ExitCode(RunStatus.refused)
  }
}
