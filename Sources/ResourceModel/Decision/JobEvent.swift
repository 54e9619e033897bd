/// What the counters of a job say at a time, as far as the decision needs it.
public struct JobReading: Sendable, Hashable {
  /// Credits so far.
  public var credits: Credits
  /// CPU time so far; nil if unmeasured.
  public var cpuTime: Duration?
  /// Memory now; nil if unmeasured.
  public var memory: ByteCount?
  /// Processes and threads now; nil if unmeasured.
  public var processes: Int64?
  /// Whether packets were refused for want of bytes that it may move.
  public var isOutOfBytes = false
  /// Whether packets were refused for want of credits.
  public var isOutOfCredits = false
  /// How long all its tasks at once have waited for memory so far; nil unless `memory.high` is held.
  public var memoryStalled: Duration?
  /// What its work directory holds, as last counted; nil unless that is held by readings.
  public var workSpace: WorkSpace?

  /// Makes a reading.
  public init(
    credits: Credits, cpuTime: Duration? = nil, memory: ByteCount? = nil, processes: Int64? = nil,
    memoryStalled: Duration? = nil, workSpace: WorkSpace? = nil
  ) {
    self.credits = credits
    self.cpuTime = cpuTime
    self.memory = memory
    self.processes = processes
    self.memoryStalled = memoryStalled
    self.workSpace = workSpace
  }
}

/// What can happen to a job.
public enum JobEvent: Sendable, Hashable {
  /// A reading was due, or something else gave rise to one.
  case reading(JobReading)
  /// The counters could not be read.
  case readingFailed
  /// The command's own process ended.
  case commandEnded(ExitOutcome)
  /// The job's last process is gone.
  case emptied
  /// Somebody sent rmrun a signal that the command has to get.
  case forwarded(Signal)
  /// The terminal's suspend key, or SIGTSTP to rmrun.
  case suspended
  /// SIGCONT after that.
  case resumed
  /// The account that pays, or one above it, has reached a threshold; nil: it is below all of them again.
  case account(AccountStanding?)
  /// Somebody wants the job stopped, as at a timeout.
  case stopRequested
  /// Somebody wants the job killed at once.
  case killRequested
  /// Somebody wants the job frozen until they say otherwise.
  case freezeRequested
  /// They want it to go on.
  case thawRequested
}

/// What is to be done to a job.
public enum JobAction: Sendable, Hashable {
  /// Say that a threshold has been crossed.
  case notify(Threshold)
  /// Send a signal to every process: freeze, signal, SIGCONT, thaw.
  case signalAll(Signal)
  /// Send a signal to the command's own process.
  case signalCommand(Signal)
  /// Stop all processes for a while.
  case freeze
  /// Let them go on.
  case thaw
  /// SIGKILL to every process, now and until none is left.
  case kill
  /// Stop rmrun itself, as the terminal asked; SIGCONT goes on.
  case suspendSelf
  /// Take the final reading and settle.
  case settle
}

/// Why a job is being stopped by rmrun.
public enum StopCause: String, Sendable, Hashable {
  /// Its budget.
  case budget
  /// Its wall time.
  case timeout
  /// Its CPU time.
  case cpuTime
  /// No CPU progress.
  case idle
  /// Its memory, where rmrun holds that limit by readings, or where the job stands still at `memory.high`.
  case memory
  /// The bytes that it may move over the network.
  case network
  /// Its number of processes, where rmrun holds that limit by readings.
  case processes
  /// Its work directory, where rmrun holds that limit by readings.
  case workSize
  /// Somebody asked: the embedding program, or `rmrun stop`.
  case request
  /// The command ended; this is what it left running.
  case leftover

  /// The reason that a report gives.
  public var terminationReason: TerminationReason? {
    switch self {
    case .budget: .budget
    case .timeout: .timeout
    case .cpuTime: .cpuTime
    case .idle: .idle
    case .memory: .memory
    case .request: .signal
    case .network: .network
    case .processes: .processes
    case .workSize: .workSize
    case .leftover: nil
    }
  }
}
