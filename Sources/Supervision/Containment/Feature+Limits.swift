import ResourceModel

extension Feature {
  /// Who holds a limit, or measures a meter, where the kernel does not: readings can, of memory and processes, and what every
  /// process says of itself.
  var mechanismWithoutKernel: Mechanism {
    switch self {
    case .memoryMax, .pidsMax, .workSize, .kill, .freeze, .cpu, .memory, .storage, .processes: .polled
    case .cgroup, .cpuMax, .cpuWeight, .cpusetCPUs, .cpusetMems, .memoryHigh, .memorySwapMax, .ioMax,
      .networkBytes, .networkConnections, .networkRate, .networkDomains, .network, .networkLatency, .pressure,
      .seccomp, .capabilities, .user, .landlock, .pidNamespace, .mountNamespace, .ipcNamespace,
      .utsNamespace, .netNamespace, .cgroupNamespace, .userNamespace:
      .unavailable
    }
  }
}

extension Feature {
  /// The option that sets such a limit, or confines so; nil for what every job has where the host has it, and for meters.
  var settingOptions: String? {
    switch self {
    case .cgroup, .kill, .freeze, .cpu, .memory, .storage, .processes, .network, .networkLatency, .pressure:
      nil
    // That a job has no swap is the default.
    case .memorySwapMax: nil
    case .ioMax: "--io-read-bps, --io-write-bps, --io-read-iops or --io-write-iops"
    case .seccomp, .capabilities: "--confine"
    case .landlock: "--write, or --confine,"
    case .user: "--user"
    case .pidNamespace, .mountNamespace, .ipcNamespace, .utsNamespace, .netNamespace, .cgroupNamespace,
      .userNamespace:
      "--isolate"
    case .cpuMax, .cpuWeight, .cpusetCPUs, .cpusetMems, .memoryMax, .memoryHigh, .pidsMax, .workSize,
      .networkBytes, .networkConnections, .networkRate, .networkDomains:
      Setting.named(rawValue).map { "--" + $0.option }
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
      (.networkBytes, networkBytes != .unlimited), (.networkConnections, networkConnections != .unlimited),
      (.networkRate, networkRate != .unlimited), (.networkDomains, destinations != nil),
    ]
    return Set(wanted.filter(\.1).map(\.0))
  }

  /// The limits of a group that differ from others.
  func changes(from old: JobLimits) -> Set<Feature> {
    let pairs: [(Feature, Bool)] = [
      (.cpuMax, cpuMax != old.cpuMax), (.cpuWeight, cpuWeight != old.cpuWeight),
      (.cpusetCPUs, cpusetCPUs != old.cpusetCPUs), (.cpusetMems, cpusetMems != old.cpusetMems),
      (.memoryMax, memoryMax != old.memoryMax), (.memoryHigh, memoryHigh != old.memoryHigh),
      (.memorySwapMax, memorySwapMax != old.memorySwapMax), (.pidsMax, pidsMax != old.pidsMax),
      (.ioMax, ioMax != old.ioMax), (.networkBytes, networkBytes != old.networkBytes),
      (.networkConnections, networkConnections != old.networkConnections),
      (.networkRate, networkRate != old.networkRate),
    ]
    return Set(pairs.filter(\.1).map(\.0))
  }
}
