/// A running job as its supervisor sees it: what `rmrun ps` and `rmrun show` print.
public struct RunningJob: Sendable, Hashable {
  /// Its identifier.
  public var id: String
  /// What it has used so far, and of what.
  public var progress: JobProgress
  /// The account that pays.
  public var account: AccountPath?
  /// The command and its arguments.
  public var command: [String]
  /// The command's own process.
  public var pid: Int32
  /// The process that supervises it.
  public var supervisor: Int32
  /// When it was launched.
  public var startedAt: WallTime
  /// What is being done to it.
  public var state: State
  /// The directory of its group; nil where it has none.
  public var group: String?
  /// The limits that can be changed while it runs, by the keys of profiles (`memory.max`), as a command line has them.
  public var limits: [String: String]

  /// What is being done to a job.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Nothing.
    case running
    /// Its budget has reached the emergency threshold and it waits for more.
    case exhausted
    /// Somebody froze it.
    case frozen
    /// The terminal's suspend key stopped it.
    case suspended
    /// It was asked to stop.
    case stopping
    /// It was sent SIGKILL.
    case killed
  }

  /// Makes a job.
  public init(
    id: String, progress: JobProgress, account: AccountPath?, command: [String], pid: Int32,
    supervisor: Int32, startedAt: WallTime, state: State, group: String?, limits: [String: String]
  ) {
    self.id = id
    self.progress = progress
    self.account = account
    self.command = command
    self.pid = pid
    self.supervisor = supervisor
    self.startedAt = startedAt
    self.state = state
    self.group = group
    self.limits = limits
  }
}

extension JobState {
  /// What is being done to the job, in one word; nil: it is over.
  public var standing: RunningJob.State? {
    switch phase {
    case .ended: nil
    case .killed: .killed
    case .asked: .stopping
    case .frozen: .exhausted
    case .running: suspendedAt != nil ? .suspended : heldSince != nil ? .frozen : .running
    }
  }
}
