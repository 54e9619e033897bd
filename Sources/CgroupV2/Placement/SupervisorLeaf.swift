import LinuxSystem
import ResourceModel
import SystemPackage

/// The leaf group that rmrun moves to, where its own group has to hand controllers on ("No Internal Process
/// Constraint").
struct SupervisorLeaf: Sendable {
  /// The group that was left.
  let group: GroupDirectory
  /// Those that moved.
  let processes: [Int32]

  /// Moves processes from a group to a leaf below it. Throws, with all of them back, when one can't be moved
  /// or when another process is found in the group afterwards.
  static func move(_ processes: [Int32], in group: GroupDirectory) throws(CgroupError) -> SupervisorLeaf {
    do {
      try group.makeChild(GroupName.supervisor)
    } catch  where error.code == .exists {
      // Of an earlier supervisor that was killed.
    }
    let leaf = try group.child(GroupName.supervisor)
    // Without the mark a later placement in this process asks for more than it must, and nothing worse.
    _ = try? leaf.descriptor.setAttribute(GroupDirectory.supervisorAttribute, Array("1".utf8))
    let moved = SupervisorLeaf(group: group, processes: processes)
    do throws(CgroupError) {
      for process in processes { try leaf.write("cgroup.procs", String(process)) }
      if let others = try group.read("cgroup.procs", ProcessList.init(parsing:)), !others.isEmpty {
        throw CgroupError(.busy, "empty the group", path: group.path, underlying: .resourceBusy)
      }
    } catch {
      moved.moveBack()
      throw error
    }
    return moved
  }

  /// Moves processes back and removes the leaf, as far as it goes. Controllers must have been taken back
  /// before.
  /// - Parameter later: those that came to live in the leaf by themselves.
  func moveBack(with later: Set<Int32> = []) {
    for process in later.union(processes).sorted() { try? group.write("cgroup.procs", String(process)) }
    try? group.removeChild(GroupName.supervisor)
  }
}
