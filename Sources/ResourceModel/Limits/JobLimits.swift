/// Everything that bounds one job: what the kernel enforces, what the clock does, and how it is stopped.
///
/// The values of a fresh `JobLimits()` bound nothing but swap; profiles and options set more, later ones over earlier ones
/// (see `Setting`).
public struct JobLimits: Sendable, Hashable {
  /// What the job may spend; without a bound it is metered only.
  public var budget: Limit<BudgetAmount> = .unlimited
  /// CPU bandwidth in CPUs. The corresponding control file is `cpu.max`.
  public var cpuMax: Limit<CPUCount> = .unlimited
  /// Share of contended CPU, 1 to 10000, 100 by default. Control file: `cpu.weight`. Nil: by priority.
  public var cpuWeight: Int?
  /// CPUs that the job may use, in the kernel's list form (`0-3,7`). Control file: `cpuset.cpus`.
  public var cpusetCPUs: CPUSet?
  /// Memory nodes that the job may use. Control file: `cpuset.mems`.
  public var cpusetMems: CPUSet?
  /// Memory beyond which the job is killed as a whole. Control files: `memory.max`, `memory.oom.group`.
  public var memoryMax: Limit<ByteCount> = .unlimited
  /// Memory from which the kernel throttles and reclaims; a job that stands still there is stopped (`StallWatch`). Control file: `memory.high`.
  public var memoryHigh: Limit<ByteCount> = .unlimited
  /// Swap space; none unless asked for. Control file: `memory.swap.max`.
  public var memorySwapMax: Limit<ByteCount> = .atMost(ByteCount(bytes: 0))
  /// Processes and threads. Control file: `pids.max`.
  public var pidsMax: Limit<Int64> = .unlimited
  /// Bandwidth and operations per device. Control file: `io.max`.
  public var ioMax: [IOLimit] = []
  /// What the directory in which the job starts may hold, all below it included.
  public var workSize: Limit<ByteCount> = .unlimited
  /// Bytes that the job may receive and send over the network, loopback apart; further packets are refused, and the job is stopped.
  public var networkBytes: Limit<ByteCount> = .unlimited
  /// Connections that the job makes and has open at a time; further ones are refused.
  public var networkConnections: Limit<Int64> = .unlimited
  /// How fast the job may receive, and how fast it may send, loopback apart; packets beyond are dropped.
  public var networkRate: Limit<BitRate> = .unlimited
  /// Where the job may connect and send to; nil: everywhere.
  public var destinations: DestinationRules?
  /// What is measured though nothing prices or bounds it. Only the network needs that: what measures the rest is there anyway.
  public var measured: Set<Feature> = []
  /// Wall time from launch to the request to stop.
  public var timeout: Limit<Duration> = .unlimited
  /// CPU time (user and system, all processes) until the request to stop.
  public var cpuTime: Limit<Duration> = .unlimited
  /// Wall time without any CPU progress until the request to stop.
  public var idleTimeout: Limit<Duration> = .unlimited
  /// Time between the request to stop and SIGKILL.
  public var grace: Duration = .seconds(10)
  /// The request to stop.
  public var stopSignal: Signal = .terminate
  /// Sent to every process of the job when the warning threshold is crossed; nil: none.
  public var warnSignal: Signal?
  /// Where in the budget the job is warned, asked to stop and killed.
  public var thresholds = Thresholds()
  /// What happens at the emergency threshold.
  public var onExhausted: ExhaustionPolicy = .stop
  /// Whose end ends the job.
  public var waitPolicy: WaitPolicy = .command
  /// Weight and price.
  public var priority: Priority = .normal
  /// Scheduling niceness, -20 to 19; nil: inherited.
  public var nice: Int?
  /// Preference of the host's OOM killer, -1000 to 1000; nil: inherited. File: `/proc/PID/oom_score_adj`.
  public var oomScoreAdj: Int?
  /// Limits of each process, as setrlimit(2) has them.
  public var processLimits: [ProcessLimit] = []

  /// What the job may do besides.
  public var confinement = JobConfinement()

  /// Limits that bound nothing but swap.
  public init() {}
}

/// What happens when a job's budget reaches the emergency threshold.
public enum ExhaustionPolicy: String, Sendable, Hashable, CaseIterable {
  /// The stop signal, the grace period, SIGKILL.
  case stop
  /// The job is frozen; what is left of its budget pays for the memory that it holds.
  case freeze
}

/// Whose end ends the job.
public enum WaitPolicy: String, Sendable, Hashable, CaseIterable {
  /// The command's own process; what it leaves running is stopped.
  case command
  /// Every process of the job.
  case all
}

/// How a job stands among others: it sets `cpu.weight` and, by the price book, the price.
public enum Priority: String, Sendable, Hashable, CaseIterable {
  /// Half the default weight.
  case low
  /// The kernel's default weight.
  case normal
  /// Twice the default weight.
  case high

  /// The value for `cpu.weight` where none is set.
  public var cpuWeight: Int {
    switch self {
    case .low: 50
    case .normal: 100
    case .high: 200
    }
  }
}
