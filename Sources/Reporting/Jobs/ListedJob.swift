public import ResourceModel

/// A running job in a listing.
public struct ListedJob: Sendable, Hashable {
  /// The job.
  public var job: RunningJob
  /// Whose it is, where jobs of several users are listed.
  public var user: String?

  /// Lists a job.
  public init(_ job: RunningJob, user: String? = nil) {
    self.job = job
    self.user = user
  }
}
