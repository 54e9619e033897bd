/// What a job may not do without: limits and meters that the kernel has to hold on this host.
public enum Requirement: Sendable, Hashable {
  /// Anything will do; the report says what was had.
  case nothing
  /// Every limit that is set and every priced meter.
  case kernel
  /// These features, by the names that `rmrun doctor` prints.
  case features(Set<Feature>)

  /// Reads `kernel` or a list such as `memory.max,cpu`. Throws `ValueError` for an unknown name.
  public init(parsing text: String) throws(ValueError) {
    if text == "kernel" {
      self = .kernel
      return
    }
    var features = Set<Feature>()
    for name in text.split(separator: ",").map(String.init) {
      guard let feature = Feature(rawValue: name) else {
        let near = Feature.allCases.map(\.rawValue).nearest(to: name).map { "; did you mean '\($0)'?" } ?? ""
        throw ValueError(name, expected: "'kernel' or a limit or meter that `rmrun doctor` lists" + near)
      }
      features.insert(feature)
    }
    guard !features.isEmpty else {
      throw ValueError(text, expected: "'kernel' or a list such as memory.max,cpu")
    }
    self = .features(features)
  }
}

/// A limit or meter that a host offers in some way, by the name that `rmrun doctor` prints.
public enum Feature: String, Sendable, Hashable, CaseIterable, Comparable {
  /// An own group for the job.
  case cgroup
  /// SIGKILL to all processes at once. Control file: `cgroup.kill`.
  case kill = "cgroup.kill"
  /// Stopping all processes for a while. Control file: `cgroup.freeze`.
  case freeze = "cgroup.freeze"
  /// CPU bandwidth.
  case cpuMax = "cpu.max"
  /// Share of contended CPU.
  case cpuWeight = "cpu.weight"
  /// CPUs that may be used.
  case cpusetCPUs = "cpuset.cpus"
  /// Memory nodes that may be used.
  case cpusetMems = "cpuset.mems"
  /// Memory beyond which the job is killed.
  case memoryMax = "memory.max"
  /// Memory from which the kernel throttles.
  case memoryHigh = "memory.high"
  /// Swap space.
  case memorySwapMax = "memory.swap.max"
  /// Processes and threads.
  case pidsMax = "pids.max"
  /// Device bandwidth and operations.
  case ioMax = "io.max"
  /// What the directory in which a job starts may hold.
  case workSize = "work-size"
  /// Bytes over the network.
  case networkBytes = "network.bytes"
  /// Connections open at a time.
  case networkConnections = "network.connections"
  /// Bits a second over the network.
  case networkRate = "network.rate"
  /// Destinations in the network.
  case networkDomains = "network.domains"
  /// A filter of system calls.
  case seccomp
  /// No capabilities but those that are kept, and none to be gained.
  case capabilities
  /// Another user than rmrun's.
  case user
  /// Rules about paths, signals and abstract sockets.
  case landlock
  /// Process numbers of its own.
  case pidNamespace = "namespace.pid"
  /// Mounts of its own.
  case mountNamespace = "namespace.mount"
  /// Message queues and shared memory of its own.
  case ipcNamespace = "namespace.ipc"
  /// A host's name of its own.
  case utsNamespace = "namespace.uts"
  /// A network of its own.
  case netNamespace = "namespace.net"
  /// A root of the groups of its own.
  case cgroupNamespace = "namespace.cgroup"
  /// Users and capabilities of its own.
  case userNamespace = "namespace.user"
  /// CPU time, measured.
  case cpu
  /// Memory over time, measured.
  case memory
  /// Bytes and operations on devices, measured.
  case storage
  /// Bytes sent and received, measured.
  case network
  /// How long connections and round trips take, measured.
  case networkLatency = "network-latency"
  /// Processes, counted.
  case processes
  /// Time lost to contention, measured.
  case pressure

  /// Limits come before meters, each in the order of declaration.
  public static func < (left: Feature, right: Feature) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether it confines what a job may do, rather than what it may use.
  public var isConfinement: Bool { self >= .seccomp && self < .cpu }

  /// The feature that a namespace is.
  public init(_ namespace: Namespace) {
    self =
      switch namespace {
      case .pid: .pidNamespace
      case .mount: .mountNamespace
      case .ipc: .ipcNamespace
      case .uts: .utsNamespace
      case .net: .netNamespace
      case .cgroup: .cgroupNamespace
      case .user: .userNamespace
      }
  }

  /// Whether it is measured rather than enforced.
  public var isMeter: Bool { self >= .cpu }
}
