import ResourceModel

extension Feature {
  /// Who holds a limit, or measures a meter, where the kernel does not: readings can, of memory and processes, and what every
  /// process says of itself.
  var mechanismWithoutKernel: Mechanism {
    switch self {
    case .memoryMax, .pidsMax, .kill, .freeze, .cpu, .memory, .storage, .processes: .polled
    case .cgroup, .cpuMax, .cpuWeight, .cpusetCPUs, .cpusetMems, .memoryHigh, .memorySwapMax, .ioMax,
      .network, .pressure:
      .unavailable
    }
  }
}

extension JobLimits {
  /// The limits that a group would carry for the job. No swap is the default, not a request.
  var features: Set<Feature> {
    let wanted: [(Feature, Bool)] = [
      (.cpuMax, cpuMax != .unlimited), (.cpuWeight, cpuWeight != nil || priority != .normal),
      (.cpusetCPUs, cpusetCPUs != nil), (.cpusetMems, cpusetMems != nil),
      (.memoryMax, memoryMax != .unlimited),
      (.memoryHigh, memoryHigh != .unlimited), (.memorySwapMax, (memorySwapMax.bound?.bytes ?? 0) > 0),
      (.pidsMax, pidsMax != .unlimited), (.ioMax, !ioMax.isEmpty),
    ]
    return Set(wanted.filter(\.1).map(\.0))
  }
}
