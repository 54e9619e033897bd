/// A job as it will be run: the spec, checked against the host, with everything computed that follows from it.
public struct JobPlan: Sendable {
  /// What was asked for, lowered to the host where that was allowed.
  public var spec: JobSpec
  /// The budget in credits.
  public var budget: Limit<Credits>
  /// The most that the job can burn.
  public var burn: BurnBound
  /// How far past its budget it can get.
  public var overshoot: OvershootBound
  /// CPUs that the job can keep busy at a time.
  public var usableCPUs: CPUCount
  /// What was lowered to what the host can hold, and what was asked for and may not do what one thinks.
  public var warnings: [String]

  /// The job's name: as given, or the command's last path component.
  public var name: String {
    spec.name ?? spec.command.first?.split(separator: "/").last.map(String.init) ?? "job"
  }

  /// Plans a job.
  /// - Throws: `PlanError` if there is no command, the budget can't be priced, the thresholds are out of order, or the
  ///   host can't hold a limit and `bestEffort` is off.
  public init(_ spec: JobSpec, on host: HostFacts) throws(PlanError) {
    guard let command = spec.command.first, !command.isEmpty else { throw .noCommand }
    let thresholds = spec.limits.thresholds
    guard thresholds.warning <= thresholds.emergency, thresholds.emergency <= thresholds.hard else {
      throw .thresholdsOutOfOrder(thresholds)
    }
    guard spec.limits.destinations == nil || !spec.limits.confinement.namespaces.contains(.net) else {
      throw .destinationsWithoutNetwork
    }
    self.spec = spec
    // For good: what is measured is so until the job's end, whatever limit may be taken from it.
    self.spec.prices = spec.prices.settled(networkIsMeasured: spec.measuresNetwork)
    warnings = try Self.fit(&self.spec.limits, to: host, bestEffort: spec.bestEffort)
    if let caution = spec.limits.confinement.caution { warnings.append(caution) }
    budget = try Self.credits(self.spec)
    usableCPUs = Self.usableCPUs(self.spec.limits, host)
    burn = BurnBound(self.spec, usableCPUs: usableCPUs, host: host)
    overshoot = Self.overshoot(of: self.spec, burn: burn, tick: host.tick, latency: host.wakeLatency)
  }

  /// The credits at which the job is asked to stop.
  package var emergencyLimit: Limit<Credits> {
    budget.bound.map { .atMost($0.portion(spec.limits.thresholds.emergency)) } ?? .unlimited
  }

  static func overshoot(
    of spec: JobSpec, burn: BurnBound, tick: Duration, latency: Duration
  ) -> OvershootBound {
    let corePrice = spec.prices.rates[.cpu]?
      .burn(perSecond: 1_000_000, multiplier: spec.prices.largestMultiplier(priority: spec.limits.priority))
    return OvershootBound(burn: burn, corePrice: corePrice ?? .zero, tick: tick, wakeLatency: latency)
  }

  private static func credits(_ spec: JobSpec) throws(PlanError) -> Limit<Credits> {
    guard let amount = spec.limits.budget.bound else { return .unlimited }
    do {
      let credits = try spec.prices.credits(for: amount)
      guard credits > .zero else { throw PlanError.emptyBudget }
      return .atMost(credits)
    } catch let error as PriceError {
      throw .price(error)
    } catch {
      throw .emptyBudget
    }
  }

  static func usableCPUs(_ limits: JobLimits, _ host: HostFacts) -> CPUCount {
    let runnable = runnableCPUs(limits, host)
    return min(runnable, limits.cpuMax.bound ?? runnable)
  }

  /// CPUs on which the job's tasks can run at a moment.
  static func runnableCPUs(_ limits: JobLimits, _ host: HostFacts) -> CPUCount {
    let online = CPUCount(thousandths: host.cpus * 1000)
    let inSet = limits.cpusetCPUs.map { CPUCount(thousandths: Int64($0.members.count) * 1000) }
    return min(online, inSet ?? online)
  }
}

extension BurnBound {
  /// The most that a planned job can burn: usable CPUs, memory up to its limit (or the host's), traffic up to `io.max`.
  init(_ spec: JobSpec, usableCPUs: CPUCount, host: HostFacts) {
    let multiplier = spec.prices.largestMultiplier(priority: spec.limits.priority)
    func burn(_ meter: Meter, _ perSecond: UInt128) -> Credits {
      spec.prices.rates[meter]?.burn(perSecond: perSecond, multiplier: multiplier) ?? .zero
    }
    let ceiling = min(spec.limits.memoryMax.bound ?? host.memory, host.memory)
    let meters: [(Meter, IOLimit.Quantity)] = [
      (.storageRead, .readBytes), (.storageWritten, .writeBytes),
      (.storageReadOperations, .readOperations), (.storageWriteOperations, .writeOperations),
    ]
    var io = Credits.zero
    var hasUnbounded = Meter.ofNetwork.contains { spec.prices.rates[$0] != nil }
    for (meter, quantity) in meters where spec.prices.rates[meter] != nil {
      // A limit bounds one device only; traffic on the others stays without a ceiling.
      hasUnbounded = true
      for limit in spec.limits.ioMax where limit.quantity == quantity {
        io = io + burn(meter, UInt128(limit.perSecond))
      }
    }
    // `cpu.max` bounds long times only: at a moment all CPUs of the job can be busy, for two periods' quota (100 ms each,
    // below a hundredth of a CPU one second: see `CPUBandwidth`).
    let atOnce = JobPlan.runnableCPUs(spec.limits, host)
    let periods: UInt128 = usableCPUs.thousandths < 10 ? 2_000_000 : 200_000
    let quota = usableCPUs < atOnce ? UInt128(max(1, usableCPUs.thousandths)) * periods / 1000 : 0
    self.init(
      cpuPerSecond: burn(.cpu, UInt128(usableCPUs.thousandths) * 1000),
      cpuPeakPerSecond: burn(.cpu, UInt128(atOnce.thousandths) * 1000),
      cpuBurst: quota > 0 ? burn(.cpu, quota) : .zero,
      memoryPerSecond: burn(.memory, UInt128(ceiling.bytes) * 1_000_000),
      memoryCeiling: ceiling, ioPerSecond: io, hasUnboundedMeter: hasUnbounded)
  }
}
