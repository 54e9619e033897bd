extension JobPlan {
  /// The plan with the bounds that are left once it is known who holds what: a limit that the kernel does not hold bounds
  /// nothing (readings stop a job that has passed it), and where a job's processes have to be looked for, that takes its time.
  /// - Parameters:
  ///   - unheld: limits that the kernel does not hold on this host.
  ///   - delay: how much longer than in a group a kill takes.
  ///   - host: what the job was planned on.
  public func bounded(without unheld: Set<Feature>, delay: Duration, on host: HostFacts) -> JobPlan {
    guard delay > .zero || !unheld.isDisjoint(with: [.cpuMax, .cpusetCPUs, .memoryMax, .ioMax]) else {
      return self
    }
    var held = spec
    if unheld.contains(.cpuMax) { held.limits.cpuMax = .unlimited }
    if unheld.contains(.cpusetCPUs) { held.limits.cpusetCPUs = nil }
    if unheld.contains(.memoryMax) { held.limits.memoryMax = .unlimited }
    if unheld.contains(.ioMax) { held.limits.ioMax = [] }
    var plan = self
    plan.usableCPUs = Self.usableCPUs(held.limits, host)
    plan.burn = BurnBound(held, usableCPUs: plan.usableCPUs, host: host)
    plan.overshoot = Self.overshoot(
      of: held, burn: plan.burn, tick: host.tick, latency: host.wakeLatency + delay)
    return plan
  }
}
