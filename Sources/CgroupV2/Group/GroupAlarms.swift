import LinuxSystem
import ResourceModel

/// The files of a group that signal changes, kept open: give their descriptors to a `Poller`, with
/// `.priority`.
///
/// After an event the file must be read through this object: the kernel signals the next change only after
/// that.
package final class GroupAlarms: Sendable {
  private let group: GroupDirectory
  private let state: KernelFile
  private let memory: KernelFile?

  init(of group: GroupDirectory) throws(CgroupError) {
    self.group = group
    do {
      state = try KernelFile(at: group.descriptor, "cgroup.events")
    } catch {
      throw CgroupError(error, "open", path: group.path(of: "cgroup.events"))
    }
    memory = try? KernelFile(at: group.descriptor, "memory.events")
  }

  /// `cgroup.events`: signals when the group gets empty or populated, frozen or thawed.
  package var stateDescriptor: Int32 { state.rawValue }

  /// `memory.events`: signals when a memory limit is reached, or a process is killed for one; nil without the
  /// memory controller.
  package var memoryDescriptor: Int32? { memory?.rawValue }

  /// Reads `cgroup.events`.
  package func readState() throws(CgroupError) -> GroupEvents {
    try group.parsed(bytes(of: state, "cgroup.events"), of: "cgroup.events", GroupEvents.init(parsing:))
  }

  /// Reads `memory.events`; nil without the memory controller.
  package func readMemory() throws(CgroupError) -> MemoryEvents? {
    guard let memory else { return nil }
    return try group.parsed(
      bytes(of: memory, "memory.events"), of: "memory.events", MemoryEvents.init(parsing:))
  }

  private func bytes(of file: KernelFile, _ name: String) throws(CgroupError) -> [UInt8] {
    do {
      return try file.read()
    } catch {
      throw CgroupError(error, "read", path: group.path(of: name))
    }
  }
}
