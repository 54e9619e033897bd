extension HostReport {
  /// What the supervisor may do for its jobs.
  public struct Supervision: Sendable, Hashable {
    /// The scheduling that it gets.
    public var priority: Priority
    /// Why it is not the best; nil where it is.
    public var priorityShortcoming: Shortcoming?
    /// How far a job can get past its budget at most, for each CPU that it keeps busy, in core-seconds: what is not yet
    /// accounted, and what it uses until it is dead.
    public var overshootPerCPU: Duration
    /// What freeing a GiB of its memory costs a job on top, in core-seconds.
    public var overshootPerGiB: Duration
    /// Why no guardian can be started, which ends jobs when rmrun is killed; nil where one can.
    public var guardianFailure: String?
    /// Whether orphans of a job come to rmrun (PR_SET_CHILD_SUBREAPER).
    public var isSubreaper: Bool

    /// Makes it.
    public init(
      priority: Priority, priorityShortcoming: Shortcoming? = nil, overshootPerCPU: Duration,
      overshootPerGiB: Duration,
      guardianFailure: String? = nil, isSubreaper: Bool
    ) {
      self.priority = priority
      self.priorityShortcoming = priorityShortcoming
      self.overshootPerCPU = overshootPerCPU
      self.overshootPerGiB = overshootPerGiB
      self.guardianFailure = guardianFailure
      self.isSubreaper = isSubreaper
    }
  }

  /// How the supervisor is scheduled.
  public enum Priority: String, Sendable, Hashable, CaseIterable {
    /// SCHED_RR: ahead of every ordinary process.
    case realtime
    /// A nice value of -10.
    case raised
    /// Like any other process.
    case ordinary
  }

  /// Whom a budget binds.
  ///
  /// A job that runs as its supervisor's user, unconfined, can in the end signal it or edit its files. No Unix tool can
  /// prevent that.
  public struct Binding: Sendable, Hashable {
    /// Whether jobs run as rmrun's own user.
    public var runsAsOwnUser: Bool
    /// Whether jobs are confined so that they can't reach rmrun.
    public var isConfined: Bool

    /// Makes it.
    public init(runsAsOwnUser: Bool, isConfined: Bool) {
      self.runsAsOwnUser = runsAsOwnUser
      self.isConfined = isConfined
    }

    /// Whether a budget holds against a job that attacks it.
    public var holdsAgainstHostileJobs: Bool { !runsAsOwnUser || isConfined }
  }
}
