extension HostReport {
  /// Where jobs' groups are made, or why none can be.
  public struct Groups: Sendable, Hashable {
    /// Where cgroup v2 is mounted; nil if it is not.
    public var mountPoint: String?
    /// The controllers that cgroup v1 has, by its names for them: v2 can't have them at the same time.
    public var versionOneControllers: [String] = []
    /// The directory of the caller's own group.
    public var ownGroup: String?
    /// The directory in which each job's group is made; nil where none can be.
    public var jobs: String?
    /// The group that rmrun moves to while jobs with controllers run; nil: it stays where it is.
    public var supervisorLeaf: String?
    /// Whether rmrun starts itself anew in a scope of systemd's.
    public var scope: Scope = .notNeeded
    /// Whether a command is in its group from its first instruction; nil: not tried.
    public var clonesIntoGroup: Bool?
    /// Why no group can be made: then a job is its command with all descendants; nil where one can.
    public var shortcoming: Shortcoming?

    /// Nothing known.
    public init() {}
  }

  /// A group of its own for rmrun, from systemd.
  public enum Scope: Sendable, Hashable {
    /// The caller's own group will do.
    case notNeeded
    /// This report was made in one, as a run would be.
    case entered
    /// One would help, and can't be had.
    case unavailable(cause: String)
  }
}
