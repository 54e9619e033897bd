package import LinuxSystem
package import ResourceModel

/// What a group may use. A limit that is nil is left as it is.
package struct GroupLimits: Sendable, Hashable {
  /// CPU time a period. `cpu.max`.
  package var cpuMax: Limit<CPUBandwidth>?
  /// Share of the CPU among siblings, 1 to 10,000; the kernel's standard is 100. `cpu.weight`.
  package var cpuWeight: UInt64?
  /// Memory; what passes it is killed. `memory.max`.
  package var memoryMax: Limit<ByteCount>?
  /// Memory; what passes it is slowed down and reclaimed. `memory.high`.
  package var memoryHigh: Limit<ByteCount>?
  /// Swap. `memory.swap.max`.
  package var memorySwapMax: Limit<ByteCount>?
  /// Whether the OOM killer kills the group as a whole. `memory.oom.group`.
  package var memoryOOMGroup: Bool?
  /// Tasks (processes and threads). `pids.max`.
  package var pidsMax: Limit<UInt64>?
  /// Rates of block devices; whole devices, no partitions. `io.max`.
  package var ioMax: [DeviceNumber: IORates]
  /// CPUs that may be used, as `0-3,7`. `cpuset.cpus`.
  package var cpusetCPUs: String?
  /// Memory nodes that may be used, as `0`. `cpuset.mems`.
  package var cpusetMems: String?

  /// Makes limits that leave everything as it is, to be filled in.
  package init() { ioMax = [:] }
}

/// One of the limits in `GroupLimits`, by its control file.
package enum LimitFile: String, Sendable, Hashable, CaseIterable {
  case cpuMax = "cpu.max"
  case cpuWeight = "cpu.weight"
  case memoryMax = "memory.max"
  case memoryHigh = "memory.high"
  case memorySwapMax = "memory.swap.max"
  case memoryOOMGroup = "memory.oom.group"
  case pidsMax = "pids.max"
  case ioMax = "io.max"
  case cpusetCPUs = "cpuset.cpus"
  case cpusetMems = "cpuset.mems"

  /// The controller that the file belongs to.
  package var controller: Controller {
    switch self {
    case .cpuMax, .cpuWeight: .cpu
    case .memoryMax, .memoryHigh, .memorySwapMax, .memoryOOMGroup: .memory
    case .pidsMax: .pids
    case .ioMax: .io
    case .cpusetCPUs, .cpusetMems: .cpuset
    }
  }
}

/// What became of one limit.
package enum LimitOutcome: Sendable, Hashable {
  /// The kernel holds it.
  case kernel
  /// It could not be set.
  case unavailable(Obstacle)
}

/// One write to a control file.
struct LimitWrite: Sendable, Hashable {
  var file: LimitFile
  var text: String
}

extension GroupLimits {
  /// The controllers that these limits need.
  package var controllers: Set<Controller> { Set(writes.map(\.file.controller)) }

  /// The writes that set these limits in a group that holds no process yet, where order does not matter but
  /// for this: `memory.oom.group` comes before the limits that can make the killer come.
  var writes: [LimitWrite] {
    let single: [(LimitFile, String?)] = [
      (.cpusetMems, cpusetMems), (.cpusetCPUs, cpusetCPUs),
      (.cpuWeight, cpuWeight.map(String.init)), (.cpuMax, cpuMax.map(CPUBandwidth.text)),
      (.pidsMax, pidsMax?.controlText), (.memoryOOMGroup, memoryOOMGroup.map { $0 ? "1" : "0" }),
      (.memorySwapMax, memorySwapMax?.controlText), (.memoryMax, memoryMax?.controlText),
      (.memoryHigh, memoryHigh?.controlText),
    ]
    let devices = ioMax.sorted { DeviceNumber.isInOrder($0.key, $1.key) }.compactMap { device, rates in
      rates.text(for: device)
    }
    return single.compactMap { file, text in text.map { LimitWrite(file: file, text: $0) } }
      + devices.map { LimitWrite(file: .ioMax, text: $0) }
  }
}

extension Limit where Value == ByteCount {
  /// The bytes, or `max`.
  var controlText: String { bound.map { String($0.bytes) } ?? "max" }
}
