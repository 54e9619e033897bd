package import ResourceModel

/// What a group with all its descendants has used. A counter that was not asked for, or that this kernel or
/// group does not have, is nil.
package struct GroupCounters: Sendable, Hashable {
  /// `cpu.stat`.
  package var cpu: CPUStat?
  /// `memory.current`: memory now, file cache included.
  package var memoryCurrent: ByteCount?
  /// `memory.peak` (Linux 5.19): the most that it ever was.
  package var memoryPeak: ByteCount?
  /// `memory.stat`: what of it is the processes' own.
  package var memoryStat: MemoryStat?
  /// `memory.swap.current`.
  package var swapCurrent: ByteCount?
  /// `memory.events`: the group with its descendants.
  package var memoryEvents: MemoryEvents?
  /// `memory.events.local` (Linux 5.2): the group alone.
  package var memoryEventsLocal: MemoryEvents?
  /// `io.stat`, summed over leaf devices.
  package var storage: IOStat.Transfer?
  /// `pids.current`: tasks now.
  package var tasks: UInt64?
  /// `pids.peak` (Linux 6.1): the most that there ever were.
  package var tasksPeak: UInt64?
  /// `cpu.pressure`.
  package var cpuPressure: PressureTotals?
  /// `memory.pressure`.
  package var memoryPressure: PressureTotals?
  /// `io.pressure`.
  package var ioPressure: PressureTotals?
  /// `cgroup.stat`: groups below.
  package var groups: DescendantCount?

  /// Makes counters of which none has been read.
  package init() {}

  /// Which counters to read.
  package struct Selection: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
    /// As the standard library's, and not generic: that one costs a launch more than the reading itself.
    package init(arrayLiteral elements: Selection...) { rawValue = elements.reduce(0) { $0 | $1.rawValue } }

    package static let cpu = Selection(rawValue: 1)
    package static let memoryCurrent = Selection(rawValue: 2)
    /// Peak, swap, and the split into anonymous memory and file cache.
    package static let memoryDetail = Selection(rawValue: 4)
    package static let memoryEvents = Selection(rawValue: 8)
    package static let storage = Selection(rawValue: 16)
    package static let tasks = Selection(rawValue: 32)
    package static let pressure = Selection(rawValue: 64)
    package static let groups = Selection(rawValue: 128)
    /// What a decision needs each time.
    package static let cheap: Selection = [.cpu, .memoryCurrent]
    /// Everything: for the final report.
    package static let all = Selection(rawValue: 255)
  }
}
