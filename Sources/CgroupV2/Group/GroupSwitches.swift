import LinuxSystem
import ResourceModel

/// The files by which a group is stopped, kept open from before anything runs in it.
///
/// Who takes this process's descriptors away afterwards (prlimit(2) from outside), or the right to open these files, does not keep it from
/// stopping the job.
final class GroupSwitches: Sendable {
  private let killing: Descriptor?
  private let freezing: Descriptor?
  private let state: KernelFile?

  /// A file that this kernel lacks, or that can't be opened, is none.
  init(of group: GroupDirectory) {
    killing = Self.open("cgroup.kill", of: group)
    freezing = Self.open("cgroup.freeze", of: group)
    state = try? KernelFile(at: group.descriptor, "cgroup.events")
  }

  var canKill: Bool { killing != nil }
  var canFreeze: Bool { freezing != nil }

  /// SIGKILL to all at once. Returns whether the kernel took it.
  func kill() -> Bool { Self.write("1", to: killing) }

  /// Returns whether the kernel took it; the processes come to stand a moment later.
  func setFrozen(_ isFrozen: Bool) -> Bool { Self.write(isFrozen ? "1" : "0", to: freezing) }

  /// Whether anything lives in the group, and whether it stands; nil where that can't be read. Apart from the file that the event loop
  /// watches: who reads that takes the news of a change away.
  func readState() -> GroupEvents? {
    (try? state?.read()).flatMap { $0 }.flatMap { try? GroupEvents(parsing: $0) }
  }

  private static func open(_ name: String, of group: GroupDirectory) -> Descriptor? {
    do {
      return try group.descriptor.open(name, [.writeOnly, .noFollow])
    } catch {
      return nil
    }
  }

  private static func write(_ text: String, to file: borrowing Descriptor?) -> Bool {
    switch file {
    case .some(let file): (try? file.writeAll(text.utf8)) != nil
    case .none: false
    }
  }
}
