import LinuxSystem
import ResourceModel

/// Reads a group's counters. The files that each decision needs are kept open, so that such a reading is one
/// pread(2) a file.
package final class CounterReader: Sendable {
  private let group: GroupDirectory
  private let devices: BlockDevices
  private let cpuStat: KernelFile?
  private let memoryCurrent: KernelFile?

  /// Makes the reader of a group. `devices` decides which devices count.
  package init(of group: GroupDirectory, devices: BlockDevices) {
    self.group = group
    self.devices = devices
    // A file that can't be kept open is opened at each reading, which says why if it fails then.
    cpuStat = try? KernelFile(at: group.descriptor, "cpu.stat")
    memoryCurrent = try? KernelFile(at: group.descriptor, "memory.current")
  }

  /// Reads the counters now. A file that is missing leaves its counter nil. Throws `.malformed` when one does
  /// not have the kernel's form, and `.vanished` when the group is gone.
  package func read(_ selection: GroupCounters.Selection = .cheap) throws(CgroupError) -> GroupCounters {
    var counters = GroupCounters()
    if selection.contains(.cpu) {
      counters.cpu = try read(cpuStat, "cpu.stat", CPUStat.init(parsing:))
    }
    if selection.contains(.memoryCurrent) {
      counters.memoryCurrent = try read(memoryCurrent, "memory.current", Self.bytes)
    }
    if selection.contains(.memoryDetail) { try readMemoryDetail(into: &counters) }
    if selection.contains(.memoryEvents) {
      counters.memoryEvents = try group.read("memory.events", MemoryEvents.init(parsing:))
      counters.memoryEventsLocal = try group.read("memory.events.local", MemoryEvents.init(parsing:))
    }
    if selection.contains(.storage) {
      counters.storage = try group.read("io.stat", IOStat.init(parsing:))?.total(over: devices.isLeaf)
    }
    if selection.contains(.tasks) {
      counters.tasks = try group.read("pids.current", SingleValue.number(parsing:))
      counters.tasksPeak = try group.read("pids.peak", SingleValue.number(parsing:))
    }
    if selection.contains(.pressure) { try readPressure(into: &counters) }
    if selection.contains(.groups) {
      counters.groups = try group.read("cgroup.stat", DescendantCount.init(parsing:))
    }
    return counters
  }

  private func readMemoryDetail(into counters: inout GroupCounters) throws(CgroupError) {
    counters.memoryPeak = try group.read("memory.peak", Self.bytes)
    counters.memoryStat = try group.read("memory.stat", MemoryStat.init(parsing:))
    counters.swapCurrent = try group.read("memory.swap.current", Self.bytes)
  }

  private func readPressure(into counters: inout GroupCounters) throws(CgroupError) {
    counters.cpuPressure = try group.read("cpu.pressure", PressureTotals.init(parsing:))
    counters.memoryPressure = try group.read("memory.pressure", PressureTotals.init(parsing:))
    counters.ioPressure = try group.read("io.pressure", PressureTotals.init(parsing:))
  }

  private func read<Value>(
    _ file: KernelFile?, _ name: String, _ parse: ([UInt8]) throws(ValueError) -> Value
  ) throws(CgroupError) -> Value? {
    guard let file else { return try group.read(name, parse) }
    let bytes: [UInt8]
    do {
      bytes = try file.read()
    } catch {
      throw CgroupError(error, "read", path: group.path(of: name))
    }
    return try group.parsed(bytes, of: name, parse)
  }

  private static func bytes(_ text: [UInt8]) throws(ValueError) -> ByteCount {
    ByteCount(bytes: try SingleValue.number(parsing: text))
  }
}
