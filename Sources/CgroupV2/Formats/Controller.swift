package import ResourceModel

/// A cgroup v2 controller that rmrun can use, by the name that `cgroup.controllers` has for it.
package enum Controller: String, Sendable, Hashable, CaseIterable, Comparable {
  /// CPU bandwidth and weight (`cpu.max`, `cpu.weight`). CPU time is metered without it.
  case cpu
  /// Which CPUs and memory nodes may be used (`cpuset.cpus`, `cpuset.mems`).
  case cpuset
  /// I/O limits and counters (`io.max`, `io.stat`).
  case io
  /// Memory limits and counters.
  case memory
  /// The number of tasks (`pids.max`, `pids.current`).
  case pids

  /// In the order of their names, which is also the order in which they are written.
  package static func < (left: Controller, right: Controller) -> Bool { left.rawValue < right.rawValue }

  /// Domain controllers bill a group as a whole: a group can't both hold processes and hand them on to its
  /// children. The others are threaded ones. Source: cgroup-v2.rst, "Threads" and "No Internal Process
  /// Constraint".
  package var isDomain: Bool { self == .memory || self == .io }

  /// The name that the controller has in a v1 hierarchy.
  package var versionOneName: String { self == .io ? "blkio" : rawValue }

  /// Reads `cgroup.controllers` or `cgroup.subtree_control`; others than those above are passed over.
  /// Example:
  ///
  ///     cpuset cpu io memory hugetlb pids rdma misc
  package static func list(parsing bytes: [UInt8]) throws(ValueError) -> Set<Controller> {
    var text = ControlText(bytes)
    var controllers = Set<Controller>()
    while var line = try text.line() {
      while let name = line.nextField() {
        if let known = Controller(rawValue: String(decoding: name, as: UTF8.self)) {
          controllers.insert(known)
        }
      }
    }
    return controllers
  }

  /// What is written to `cgroup.subtree_control`: `+cpu +memory`.
  static func switchText(_ sign: String, _ controllers: some Sequence<Controller>) -> String {
    controllers.sorted().map { sign + $0.rawValue }.concatenated(by: " ")
  }
}
