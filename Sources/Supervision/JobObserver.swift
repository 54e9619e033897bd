package import ResourceModel

/// Who wants to know what happens to jobs. Called from the event loop: it may not block.
package protocol JobObserver: AnyObject {
  /// The job was launched.
  func launched(_ job: String, pid: Int32)
  /// A threshold was crossed.
  func crossed(_ threshold: Threshold, by progress: JobProgress, of job: String)
  /// A reading was taken.
  func read(_ progress: JobProgress, of job: String)
  /// Something was done to the job, in words: `SIGTERM to every process`.
  func did(_ action: String, to job: String)
  /// The job is over.
  func ended(_ report: JobReport)
}
