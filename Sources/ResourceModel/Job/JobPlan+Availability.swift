extension JobPlan {
  /// Checks that the host can hold each limit (`checkAvailability`); with `bestEffort` lowers what it can't.
  /// - Returns: what was lowered, a sentence each.
  static func fit(
    _ limits: inout JobLimits, to host: HostFacts, bestEffort: Bool
  ) throws(PlanError) -> [String] {
    var shortfalls: [Shortfall] = []
    let online = CPUCount(thousandths: host.cpus * 1000)
    if let cpus = limits.cpuMax.bound, cpus > online {
      shortfalls.append(Shortfall(setting: "cpu.max", wanted: "\(cpus) CPUs", available: "\(online)"))
      limits.cpuMax = .atMost(online)
    }
    // More members than there are CPUs can't all be there; which numbers are is the kernel's to say.
    if let set = limits.cpusetCPUs, set.members.count > host.cpus {
      let wanted = "the CPUs \(set)"
      shortfalls.append(Shortfall(setting: "cpuset.cpus", wanted: wanted, available: "\(host.cpus)"))
      limits.cpusetCPUs = nil
    }
    if let memory = limits.memoryMax.bound, memory > host.memory {
      shortfalls.append(Shortfall(setting: "memory.max", wanted: "\(memory)", available: "\(host.memory)"))
      limits.memoryMax = .atMost(host.memory)
    }
    guard shortfalls.isEmpty || bestEffort else { throw .unavailable(shortfalls) }
    return shortfalls.map { "lowered to what this host has: \($0)" }
  }
}

/// A limit that is larger than what the host has.
public struct Shortfall: Sendable, Hashable, CustomStringConvertible {
  /// The setting's key.
  public var setting: String
  /// What was asked for.
  public var wanted: String
  /// What there is.
  public var available: String

  /// `memory.max asks for 8 GiB, this host has 4 GiB`.
  public var description: String { "\(setting) asks for \(wanted), this host has \(available)" }
}

/// A job that can't be planned; nothing has been run.
public enum PlanError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no command.
  case noCommand
  /// The budget is too small to be a micro-credit.
  case emptyBudget
  /// The budget is in a currency that the price book does not have.
  case price(PriceError)
  /// warning ≤ emergency ≤ hard does not hold.
  case thresholdsOutOfOrder(Thresholds)
  /// There are destinations that may be reached, and no network.
  case destinationsWithoutNetwork
  /// The host can't hold these limits.
  case unavailable([Shortfall])

  /// What failed, on what, and what to do.
  public var description: String {
    switch self {
    case .noCommand: "no command was given: put it last, as in `rmrun --budget 500 -- make test`"
    case .emptyBudget:
      "the budget is zero: the job could not start; leave --budget out to run without a limit"
    case .price(let error): error.description
    case .thresholdsOutOfOrder(let thresholds):
      "the thresholds are out of order: warn-at \(thresholds.warning) ≤ emergency-at \(thresholds.emergency) ≤ "
        + "hard-at \(thresholds.hard) has to hold"
    case .destinationsWithoutNetwork:
      "--net-allow says what may be reached, and --net none or --isolate net leaves nothing to be reached: leave one of them out"
    case .unavailable(let shortfalls):
      shortfalls.map(\.description).joined(separator: "; ")
        + ": ask for less, or add --best-effort to take what there is"
    }
  }
}
