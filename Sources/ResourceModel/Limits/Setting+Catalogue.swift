extension Setting {
  static let budget: [Setting] = [
    Setting(
      "budget", option: "budget", "credits", "Stop the job before it spends more: 500, 0.25 or '$0.05'."
    ) {
      (text, limits) throws(ValueError) in
      limits.budget = try Limit(parsing: text) { (text) throws(ValueError) in try BudgetAmount(parsing: text)
      }
    },
    choice("priority", option: "priority", "CPU weight and price.", into: { $0.priority = $1 }),
    Setting("warn-at", option: "warn-at", "share", "Say so at this share of the budget (80%).") {
      (text, limits) throws(ValueError) in limits.thresholds.warning = try Share(parsing: text)
    },
    Setting("emergency-at", option: "emergency-at", "share", "Ask the job to stop at this share (95%).") {
      (text, limits) throws(ValueError) in limits.thresholds.emergency = try Share(parsing: text)
    },
    Setting("hard-at", option: "hard-at", "share", "Kill the job at this share (100%).") {
      (text, limits) throws(ValueError) in limits.thresholds.hard = try Share(parsing: text)
    },
    choice(
      "on-exhausted", option: "on-exhausted", "What happens at the emergency threshold.",
      into: { $0.onExhausted = $1 }),
  ]

  static let compute: [Setting] = [
    Setting("cpu.max", option: "cpus", "n", "CPU bandwidth in CPUs, such as 2 or 0.5 (cpu.max).") {
      (text, limits) throws(ValueError) in
      limits.cpuMax = try Limit(parsing: text) { (text) throws(ValueError) in try CPUCount(parsing: text) }
    },
    Setting("cpu.weight", option: "cpu-weight", "1-10000", "Share of contended CPU (cpu.weight).") {
      (text, limits) throws(ValueError) in limits.cpuWeight = try integer(text, in: 1...10_000, "a weight")
    },
    Setting(
      "cpuset.cpus", option: "cpuset-cpus", "list", "CPUs that may be used, such as 0-3,7 (cpuset.cpus)."
    ) {
      (text, limits) throws(ValueError) in limits.cpusetCPUs = try CPUSet(parsing: text)
    },
    Setting("cpuset.mems", option: "cpuset-mems", "list", "Memory nodes that may be used (cpuset.mems).") {
      (text, limits) throws(ValueError) in limits.cpusetMems = try CPUSet(parsing: text)
    },
    Setting("pids.max", option: "pids", "n", "Processes and threads (pids.max).") {
      (text, limits) throws(ValueError) in
      limits.pidsMax = try Limit(parsing: text) { (text) throws(ValueError) in
        Int64(try integer(text, in: 1...4_194_304, "a number of processes"))
      }
    },
  ]

  static let memory: [Setting] = [
    bytes(
      "memory.max", option: "memory", "Kill the job beyond this memory (memory.max).",
      into: { $0.memoryMax = $1 }),
    bytes(
      "memory.high", option: "memory-high",
      "Throttle and reclaim from here (memory.high); stopped if it stands still.",
      into: { $0.memoryHigh = $1 }),
    bytes(
      "memory.swap.max", option: "swap", "Swap space (memory.swap.max; 0).", into: { $0.memorySwapMax = $1 }),
  ]

  static let storage: [Setting] = [
    io("io.max.rbps", option: "io-read-bps", .readBytes, "Bytes read a second"),
    io("io.max.wbps", option: "io-write-bps", .writeBytes, "Bytes written a second"),
    io("io.max.riops", option: "io-read-iops", .readOperations, "Read operations a second"),
    io("io.max.wiops", option: "io-write-iops", .writeOperations, "Write operations a second"),
    Setting("work-size", option: "work-size", "size", "What the directory where the job starts may hold.") {
      (text, limits) throws(ValueError) in
      limits.workSize = try Limit(parsing: text) { (text) throws(ValueError) in
        let size = try ByteCount(parsing: text)
        // The directory itself takes as much.
        guard size.bytes >= 4096 else { throw ValueError(text, expected: "a size from 4K on, such as 10G") }
        return size
      }
    },
  ]

  static let time: [Setting] = [
    duration(
      "timeout", option: "timeout", "Ask the job to stop after this wall time.", into: { $0.timeout = $1 }),
    duration(
      "cpu-time", option: "cpu-time", "Ask the job to stop after this CPU time.", into: { $0.cpuTime = $1 }),
    duration(
      "idle-timeout", option: "idle-timeout", "Ask the job to stop after so long without CPU progress.",
      into: { $0.idleTimeout = $1 }),
  ]

  static let stopping: [Setting] = [
    Setting("grace", option: "grace", "duration", "Time from the request to stop to SIGKILL (10s).") {
      (text, limits) throws(ValueError) in limits.grace = try Duration(parsing: text)
    },
    Setting("stop-signal", option: "stop-signal", "signal", "The request to stop (TERM).") {
      (text, limits) throws(ValueError) in limits.stopSignal = try Signal(parsing: text)
    },
    Setting(
      "warn-signal", option: "warn-signal", "signal", "Sent to the job at the warning threshold (none)."
    ) {
      (text, limits) throws(ValueError) in limits.warnSignal = try Signal(parsing: text)
    },
    choice("wait", option: "wait", "Whose end ends the job.", into: { $0.waitPolicy = $1 }),
  ]

  static let process: [Setting] = [
    Setting("nice", option: "nice", "-20-19", "Scheduling niceness.") {
      (text, limits) throws(ValueError) in limits.nice = try integer(text, in: -20...19, "a niceness")
    },
    Setting("oom-score-adj", option: "oom-score-adj", "-1000-1000", "Preference of the host's OOM killer.") {
      (text, limits) throws(ValueError) in
      limits.oomScoreAdj = try integer(text, in: -1000...1000, "a preference")
    },
    Setting(
      "rlimit", option: "rlimit", "name=soft[:hard]", "A limit of each process, such as nofile=1024.",
      isRepeatable: true
    ) { (text, limits) throws(ValueError) in
      let limit = try ProcessLimit(parsing: text)
      limits.processLimits.removeAll { $0.name == limit.name }
      limits.processLimits.append(limit)
    },
  ]

  static func bytes(
    _ key: String, option: String, _ help: String,
    into field: @escaping @Sendable (inout JobLimits, Limit<ByteCount>) -> Void
  ) -> Setting {
    Setting(key, option: option, "size", help) { (text, limits) throws(ValueError) in
      let limit = try Limit(parsing: text) { (text) throws(ValueError) in try ByteCount(parsing: text) }
      field(&limits, limit)
    }
  }

  private static func duration(
    _ key: String, option: String, _ help: String,
    into field: @escaping @Sendable (inout JobLimits, Limit<Duration>) -> Void
  ) -> Setting {
    Setting(key, option: option, "duration", help) { (text, limits) throws(ValueError) in
      let limit = try Limit(parsing: text) { (text) throws(ValueError) in try positive(text) }
      field(&limits, limit)
    }
  }

  /// A limit of no time at all is a slip: it would stop every job before its first instruction.
  private static func positive(_ text: String) throws(ValueError) -> Duration {
    let duration = try Duration(parsing: text)
    guard duration > .zero else { throw ValueError(text, expected: "a duration above zero, such as 90s") }
    return duration
  }

  private static func io(_ key: String, option: String, _ quantity: IOLimit.Quantity, _ help: String)
    -> Setting
  {
    let text = help + ", of the device of a path (io.max)."
    return Setting(key, option: option, "[path=]rate", text, isRepeatable: true) {
      (text, limits) throws(ValueError) in
      let limit = try IOLimit(parsing: text, quantity: quantity)
      limits.ioMax.removeAll { $0.target == limit.target && $0.quantity == quantity }
      limits.ioMax.append(limit)
    }
  }
}
