package import ResourceModel

/// Who wants to know what happens to jobs. Called from the event loop: it may not block.
package protocol JobObserver: AnyObject {
  /// The job was launched.
  /// - Parameter warnings: what of it is not as it was asked for, a sentence each; the report repeats them.
  func launched(_ job: String, pid: Int32, warnings: [String])
  /// A threshold was crossed.
  func crossed(_ threshold: Threshold, by progress: JobProgress, of job: String)
  /// The account that pays for the job, or one above it, has reached a threshold.
  func reached(_ standing: AccountStanding, by job: String)
  /// A reading was taken.
  func read(_ progress: JobProgress, of job: String)
  /// Something was done to the job, in words: `SIGTERM to every process`.
  func did(_ action: String, to job: String)
  /// The job is over.
  func ended(_ report: JobReport)
}
