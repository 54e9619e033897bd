/// Where a job stands between launch and settlement.
public struct JobState: Sendable, Hashable {
  /// The stages of a job's life. They are passed downwards only, but for `frozen`, which can go back to `running`.
  public enum Phase: Sendable, Hashable {
    /// Nothing has been done to the job.
    case running
    /// Its budget reached the emergency threshold and it was frozen instead of stopped.
    case frozen
    /// It was asked to stop and is killed at `deadline`.
    case asked(StopCause, deadline: Instant)
    /// It was sent SIGKILL, first at `since`.
    case killed(StopCause, since: Instant)
    /// No process is left.
    case ended
  }

  /// The stage.
  public var phase: Phase = .running
  /// When the command was launched.
  public let launched: Instant
  /// The last reading.
  public var reading = JobReading(credits: .zero, cpuTime: .zero)
  /// When it was taken.
  public var readAt: Instant
  /// When a reading was last tried.
  public var lookedAt: Instant
  /// Why rmrun stopped the job, if it did so before the command ended by itself.
  public var cause: StopCause?
  /// How the command ended, once it has.
  public var outcome: ExitOutcome?
  /// When each threshold was crossed.
  public var crossed: [Threshold: Instant] = [:]
  /// The last reading at which the CPU time had grown, moved on by the time in which nobody watched.
  public var progressAt: Instant
  /// The hardest threshold that the account that pays, or one above it, has reached.
  public var account: AccountStanding?
  /// The recent burn.
  public var history = BurnHistory()
  /// How many readings in a row failed.
  public var failedReadings = 0
  /// The time between two samples of memory: short while it moves.
  public var memoryInterval: Duration = JobPolicy.shortestMemoryInterval
  /// Growth of memory in bytes a second between the last two readings.
  public var memoryGrowth: UInt64 = 0
  /// Growth of what the work directory holds, in bytes a second, between the last two counts.
  public var workGrowth: UInt64 = 0
  /// When the last count of it was seen.
  public var workCountedAt: Instant
  /// Whether the job stands still at `memory.high`.
  public var stallWatch = StallWatch()
  /// Since when rmrun itself is stopped and the job frozen, by the terminal's suspend key; nil: it is not.
  public var suspendedAt: Instant?
  /// Since when the job is frozen because somebody wanted it so; nil: nobody does.
  public var heldSince: Instant?
  /// The last signal that was passed on to the command.
  public var forwarded: Signal?

  /// A job at its launch.
  public init(launched: Instant) {
    self.launched = launched
    readAt = launched
    lookedAt = launched
    progressAt = launched
    workCountedAt = launched
    history.add(.zero, at: launched)
  }

  /// Whether its processes stand still by rmrun's doing.
  public var isFrozen: Bool { phase == .frozen || heldSince != nil || suspendedAt != nil }

  /// The account by whose threshold the job is being stopped, or was frozen; nil: it is not, or its own budget has reached one as well.
  public var stoppingAccount: AccountStanding? {
    guard phase == .frozen || cause == .budget, crossed[.emergency] == nil, crossed[.hard] == nil,
      let account, account.threshold >= .emergency
    else { return nil }
    return account
  }

  /// The reason that the report gives, after the last process is gone: rmrun's own stop, else what the kernel's OOM
  /// counters say of a command that did not end by itself, else the signal that it died of.
  public func terminationReason(memory: TerminationReason?) -> TerminationReason? {
    if let reason = cause?.terminationReason { return reason }
    guard case .signaled = outcome else { return nil }
    return memory ?? .signal
  }
}
