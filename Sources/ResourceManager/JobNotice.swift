public import ResourceModel
import Supervision

/// Something that happened to a job.
public enum JobNotice: Sendable {
  /// It was launched. The warnings say what of it is not as it was asked for, a sentence each; the report repeats them.
  case launched(job: String, pid: Int32, warnings: [String])
  /// It crossed a threshold.
  case crossed(Threshold, job: String, JobProgress)
  /// The account that pays for it, or one above that, has reached a threshold.
  case reached(AccountStanding, job: String)
  /// A reading was taken.
  case read(job: String, JobProgress)
  /// Something was done to it, in words.
  case did(String, job: String)
  /// It is over.
  case ended(JobReport)
}

/// Hands what the supervisor tells to a closure.
final class NoticeRelay: JobObserver {
  private let handler: (@Sendable (JobNotice) -> Void)?

  init(_ handler: (@Sendable (JobNotice) -> Void)?) { self.handler = handler }

  func launched(_ job: String, pid: Int32, warnings: [String]) {
    handler?(.launched(job: job, pid: pid, warnings: warnings))
  }
  func crossed(_ threshold: Threshold, by progress: JobProgress, of job: String) {
    handler?(.crossed(threshold, job: job, progress))
  }
  func reached(_ standing: AccountStanding, by job: String) { handler?(.reached(standing, job: job)) }
  func read(_ progress: JobProgress, of job: String) { handler?(.read(job: job, progress)) }
  func did(_ action: String, to job: String) { handler?(.did(action, job: job)) }
  func ended(_ report: JobReport) { handler?(.ended(report)) }
}
