import ResourceModel

extension PlanText {
  /// The bound B with its parts, in credits a second.
  static func burn(_ plan: JobPlan) -> [ReportFact] {
    let burn = plan.burn
    let cpus = plan.usableCPUs == CPUCount(thousandths: 1000) ? "1 CPU" : "\(plan.usableCPUs) CPUs"
    var facts = [
      ReportFact("CPU", "\(burn.cpuPerSecond.rounded), all of \(cpus) busy"),
      ReportFact("memory", "\(burn.memoryPerSecond.rounded), \(memoryCeiling(plan))"),
    ]
    if burn.ioPerSecond > .zero {
      facts.append(ReportFact("I/O", "\(burn.ioPerSecond.rounded), all that io.max lets through"))
    }
    facts.append(ReportFact("together", burn.perSecond.counted + " a second"))
    if burn.hasUnboundedMeter {
      facts.append(
        ReportFact("without bound", "a priced meter has no ceiling; it is read at a bounded interval"))
    }
    return facts
  }

  private static func memoryCeiling(_ plan: JobPlan) -> String {
    plan.spec.limits.memoryMax.bound.map { "up to memory.max (\($0))" } ?? "up to all memory of this host"
  }

  /// When the counters are read: with R credits left before a threshold, it cannot be crossed before R ÷ B.
  static func readings(_ plan: JobPlan) -> [ReportFact] {
    var facts: [ReportFact] = []
    let exception = plan.burn.hasUnboundedMeter ? ", unless by what has no ceiling" : ""
    if let budget = plan.budget.bound {
      let thresholds = plan.spec.limits.thresholds
      for threshold in [Threshold.warning, .hard] {
        let credits = budget.portion(thresholds.share(of: threshold))
        let time = plan.burn.shortestTime(toBurn: credits).plainText
        facts.append(ReportFact(threshold.rawValue, "cannot be crossed before \(time)\(exception)"))
      }
    }
    if let sampling = JobPolicy(plan, tick: .zero, polled: []).memorySampling {
      facts.append(ReportFact("memory", "sampled at least every \(sampling.plainText)"))
    }
    return facts
  }

  /// The bound on the overshoot with its parts.
  static func overshoot(_ plan: JobPlan) -> [ReportFact] {
    let bound = plan.overshoot
    let nothing = ByteCount(bytes: 0)
    let freeing = bound.total(resident: ByteCount(bytes: 1 << 30)) - bound.total(resident: nothing)
    var facts = [
      ReportFact("accounting", "\(bound.accounting.rounded), what a running CPU has not yet accounted"),
      ReportFact("latency", "\(bound.latency.rounded), from a due reading to a finished kill"),
      ReportFact("resident", "\(freeing.rounded) for a GiB that the kernel has to free"),
      ReportFact("together", bound.total(resident: nothing).counted + ", nothing resident"),
    ]
    if let memory = plan.spec.limits.memoryMax.bound {
      facts.append(ReportFact("", bound.total(resident: memory).counted + ", \(memory) resident"))
    }
    return facts
  }
}
