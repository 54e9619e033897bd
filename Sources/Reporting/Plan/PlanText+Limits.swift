import ResourceModel

extension PlanText {
  /// Every limit that is set, by its key in a profile, in the order of the help text.
  static func limits(_ plan: JobPlan) -> [ReportFact] {
    let limits = plan.spec.limits
    let facts =
      budget(plan) + kernel(limits) + time(limits) + process(limits) + confinement(limits.confinement)
    return facts.compactMap { key, value in value.map { ReportFact(key, $0) } }
  }

  private static func budget(_ plan: JobPlan) -> [(String, String?)] {
    let worth = plan.budget.bound.flatMap(plan.spec.prices.money)
    let money = worth.map { " = " + $0.text(in: plan.spec.prices.currency) } ?? ""
    return [
      ("budget", plan.budget.bound.map { $0.counted + money } ?? "none: metered only"),
      ("priority", plan.spec.limits.priority.rawValue),
    ]
  }

  private static func kernel(_ limits: JobLimits) -> [(String, String?)] {
    [
      ("cpu.max", limits.cpuMax.bound.map { "\($0) CPUs" }),
      ("cpu.weight", "\(limits.cpuWeight ?? limits.priority.cpuWeight)"),
      ("cpuset.cpus", limits.cpusetCPUs?.description),
      ("cpuset.mems", limits.cpusetMems?.description),
      ("pids.max", limits.pidsMax.bound.map { "\($0) processes and threads" }),
      ("memory.max", limits.memoryMax.bound?.description),
      ("memory.high", limits.memoryHigh.bound?.description),
      ("memory.swap.max", limits.memorySwapMax.bound.map { $0.bytes == 0 ? "no swap" : $0.description }),
    ] + limits.ioMax.map { ("io.max", $0.plainText) }
      + [("work-size", limits.workSize.bound.map { "\($0) in the directory where the job starts" })]
      + network(limits)
  }

  private static func network(_ limits: JobLimits) -> [(String, String?)] {
    let meters = limits.measured.sorted().map(\.rawValue).joined(separator: ", ")
    return [
      ("net", limits.confinement.network == .none ? "none: the loopback alone" : nil),
      ("network.bytes", limits.networkBytes.bound?.description),
      ("network.rate", limits.networkRate.bound.map { "\($0) in each direction" }),
      ("network.connections", limits.networkConnections.bound.map { "\($0) open at a time" }),
      ("network.domains", limits.destinations?.description),
      ("meter", meters.isEmpty ? nil : meters),
    ]
  }

  private static func time(_ limits: JobLimits) -> [(String, String?)] {
    [
      ("timeout", limits.timeout.bound?.plainText),
      ("cpu-time", limits.cpuTime.bound?.plainText),
      ("idle-timeout", limits.idleTimeout.bound?.plainText),
      ("grace", limits.grace.plainText),
      ("stop-signal", limits.stopSignal.name),
      ("warn-signal", limits.warnSignal?.name),
      ("on-exhausted", limits.onExhausted.rawValue),
      ("wait", limits.waitPolicy.rawValue),
    ]
  }

  private static func confinement(_ confinement: JobConfinement) -> [(String, String?)] {
    let isolated = confinement.isolated.sorted().map(\.rawValue).joined(separator: ",")
    let environment = confinement.environment
    func each(_ key: String, _ values: [String]) -> [(String, String?)] {
      values.map { (key, $0.quotedForShell) }
    }
    let paths = each("write", confinement.writable) + each("read", confinement.readable)
    let variables = each("env-keep", environment.kept) + each("env", environment.assignments)
    let fixed: [(String, String?)] = [
      ("confine", confinement.level.description),
      ("isolate", isolated.isEmpty ? nil : isolated),
      ("tmp-size", confinement.isolated.contains(.mount) ? confinement.temporarySpace.description : nil),
      (
        "cap-keep",
        confinement.keptCapabilities.isEmpty ? nil : confinement.keptCapabilities.joined(separator: ",")
      ),
      ("user", confinement.user), ("group", confinement.group),
      ("env-clear", environment.isCleared ? "true" : nil),
    ]
    return fixed + paths + variables + confinement.keptDescriptors.map { ("keep-fd", "\($0)") }
  }

  private static func process(_ limits: JobLimits) -> [(String, String?)] {
    [("nice", limits.nice.map { "\($0)" }), ("oom-score-adj", limits.oomScoreAdj.map { "\($0)" })]
      + limits.processLimits.map { ("rlimit", $0.plainText) }
  }
}

extension IOLimit {
  /// `10 MiB read a second, device of /data`.
  fileprivate var plainText: String {
    let rate =
      switch quantity {
      case .readBytes: "\(ByteCount(bytes: perSecond)) read"
      case .writeBytes: "\(ByteCount(bytes: perSecond)) written"
      case .readOperations: "\(perSecond) read operations"
      case .writeOperations: "\(perSecond) write operations"
      }
    return rate + " a second, device of " + target.quotedForShell
  }
}

extension ProcessLimit {
  /// `nofile=1024:4096`, as the option reads it.
  fileprivate var plainText: String {
    let values = [soft, hard].map { limit in limit.bound.map { "\($0)" } ?? "max" }
    return name + "=" + (soft == hard ? values[0] : values.joined(separator: ":"))
  }
}
