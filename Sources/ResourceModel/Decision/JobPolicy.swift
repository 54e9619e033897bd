/// What the decision about a job follows: computed once from its plan and from what the host offers.
public struct JobPolicy: Sendable, Hashable {
  /// The budget in credits.
  public var budget: Limit<Credits>
  /// What the job may use with what it holds in its account; nil: its budget.
  public var backing: Credits?
  /// Whether its account has nothing more to give: then what it holds is its budget.
  public var isBackingFinal = false
  /// When its account has to be told what it has used; nil: no threshold above it depends on that.
  public var charge: Charge?
  /// Where in the budget the job is warned, asked to stop and killed.
  public var thresholds: Thresholds
  /// Wall time until the request to stop.
  public var timeout: Limit<Duration>
  /// CPU time until the request to stop.
  public var cpuTime: Limit<Duration>
  /// Wall time without CPU progress until the request to stop.
  public var idleTimeout: Limit<Duration>
  /// Time from the request to stop to SIGKILL.
  public var grace: Duration
  /// What happens at the emergency threshold.
  public var onExhausted: ExhaustionPolicy
  /// Whose end ends the job.
  public var waitPolicy: WaitPolicy
  /// The request to stop.
  public var stopSignal: Signal
  /// Sent at the warning threshold.
  public var warnSignal: Signal?
  /// The most that the job can burn.
  public var burn: BurnBound
  /// CPUs that it can keep busy at a time.
  public var usableCPUs: CPUCount
  /// The kernel's accounting tick.
  public var tick: Duration
  /// The longest time between two samples of memory; nil if memory is neither priced nor enforced by readings.
  public var memorySampling: Duration?
  /// `memory.max` where the kernel does not hold it.
  public var polledMemoryMax: ByteCount?
  /// `pids.max` where the kernel does not hold it.
  public var polledPidsMax: Int64?
  /// `work-size` where the file system does not hold it.
  public var polledWorkSize: ByteCount?

  /// When an account has to be told what a job has used.
  public struct Charge: Sendable, Hashable {
    /// When it has used so much.
    public var at: Credits
    /// But not before.
    public var notBefore: Instant

    /// Makes one.
    public init(at: Credits, notBefore: Instant) {
      self.at = at
      self.notBefore = notBefore
    }
  }

  /// The policy of a planned job.
  /// - Parameters:
  ///   - plan: the job.
  ///   - tick: the accounting tick.
  ///   - polled: the limits that are held by readings.
  public init(_ plan: JobPlan, tick: Duration, polled: Set<Feature>) {
    let limits = plan.spec.limits
    budget = plan.budget
    thresholds = limits.thresholds
    timeout = limits.timeout
    cpuTime = limits.cpuTime
    idleTimeout = limits.idleTimeout
    grace = limits.grace
    onExhausted = limits.onExhausted
    waitPolicy = limits.waitPolicy
    stopSignal = limits.stopSignal
    warnSignal = limits.warnSignal
    burn = plan.burn
    usableCPUs = plan.usableCPUs
    self.tick = tick
    memorySampling = .seconds(1)
    polledMemoryMax = polled.contains(.memoryMax) ? limits.memoryMax.bound : nil
    polledPidsMax = polled.contains(.pidsMax) ? limits.pidsMax.bound : nil
    polledWorkSize = polled.contains(.workSize) ? limits.workSize.bound : nil
  }

  /// Takes over what a plan says otherwise of a running job. Its budget, which may have been raised meanwhile, stays.
  /// - Parameters:
  ///   - plan: the job.
  ///   - polled: the limits that are held by readings.
  public mutating func follow(_ plan: JobPlan, polled: Set<Feature>) {
    let changed = JobPolicy(plan, tick: tick, polled: polled)
    timeout = changed.timeout
    cpuTime = changed.cpuTime
    idleTimeout = changed.idleTimeout
    grace = changed.grace
    burn = changed.burn
    usableCPUs = changed.usableCPUs
    polledMemoryMax = changed.polledMemoryMax
    polledPidsMax = changed.polledPidsMax
    polledWorkSize = changed.polledWorkSize
  }

  /// The credits at which a threshold is crossed; nil without a budget.
  public func credits(at threshold: Threshold) -> Credits? {
    guard let budget = budget.bound else { return nil }
    let share = thresholds.share(of: threshold)
    guard let backing else { return budget.portion(share) }
    // As long as more can be had, what is held says only where the job must not pass.
    let whole = threshold == .hard || isBackingFinal ? min(budget, backing) : budget
    return threshold == .hard ? min(budget.portion(share), whole) : whole.portion(share)
  }

  /// The credits beyond which no packet that costs something may pass: the emergency threshold, at which a job that is not asked to stop
  /// yet is going to be; what is left from there on is for its end. Nil without a budget.
  package func trafficLimit(_ state: JobState) -> Credits? {
    guard let hard = credits(at: .hard), let emergency = credits(at: .emergency) else { return nil }
    if case .asked = state.phase { return hard }
    return min(emergency, hard)
  }

  /// How much before the hard threshold the job is killed: what can stand uncounted in the accounting of its CPUs, but
  /// never more than a twentieth of the budget, so that a tiny budget can be spent at all.
  public var margin: Credits {
    guard let budget = budget.bound else { return .zero }
    return min(burn.uncounted(within: tick), budget.portion(.percent(5)))
  }
}
