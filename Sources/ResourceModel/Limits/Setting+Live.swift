extension Setting {
  private static let liveKeys: Set<String> = [
    "cpu.max", "cpu.weight", "cpuset.cpus", "cpuset.mems", "pids.max", "memory.max", "memory.high",
    "memory.swap.max", "io.max.rbps", "io.max.wbps", "io.max.riops", "io.max.wiops", "work-size",
    "network.bytes",
    "network.rate",
    "timeout", "cpu-time",
    "idle-timeout", "grace",
  ]

  /// Whether it can be changed while the job runs. What a process was started with (its niceness, its rlimits) can't, and a budget is
  /// granted to.
  public var isLive: Bool { Self.liveKeys.contains(key) }
}

extension JobLimits {
  /// The limits that can be changed while the job runs and are set, by their keys, as their options are written.
  public var liveValues: [String: String] {
    var values: [String: String] = [:]
    values["cpu.max"] = cpuMax.bound?.description
    values["cpu.weight"] = cpuWeight.map { "\($0)" }
    values["cpuset.cpus"] = cpusetCPUs?.description
    values["cpuset.mems"] = cpusetMems?.description
    values["pids.max"] = pidsMax.bound.map { "\($0)" }
    values["memory.max"] = memoryMax.bound?.exact
    values["memory.high"] = memoryHigh.bound?.exact
    values["memory.swap.max"] = memorySwapMax.bound?.exact
    for limit in ioMax {
      let bytes = limit.quantity == .readBytes || limit.quantity == .writeBytes
      let rate = bytes ? ByteCount(bytes: limit.perSecond).exact : "\(limit.perSecond)"
      let key = "io.max." + limit.quantity.rawValue
      values[key] = [values[key], "\(limit.target)=\(rate)"].compactMap { $0 }.concatenated(by: " ")
    }
    values["work-size"] = workSize.bound?.exact
    values["network.bytes"] = networkBytes.bound?.exact
    values["network.rate"] = networkRate.bound?.description
    values["timeout"] = timeout.bound?.shortText
    values["cpu-time"] = cpuTime.bound?.shortText
    values["idle-timeout"] = idleTimeout.bound?.shortText
    values["grace"] = grace.shortText
    return values
  }
}
