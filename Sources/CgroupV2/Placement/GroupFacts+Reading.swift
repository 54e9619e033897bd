import LinuxSystem
import ResourceModel

extension GroupFacts {
  /// Reads what there is to know of a group. `own` are the processes of rmrun itself: the caller, its
  /// guardian.
  package static func of(_ group: GroupDirectory, own: Set<Int32>) throws(CgroupError) -> GroupFacts {
    let type = try group.read("cgroup.type", GroupType.init(parsing:))
    let available = try group.read("cgroup.controllers", Controller.list(parsing:)) ?? []
    return GroupFacts(
      path: group.path, type: type, available: available,
      enabled: try group.read("cgroup.subtree_control", Controller.list(parsing:)) ?? [],
      otherProcesses: available.isEmpty ? 0 : try others(in: group, than: own),
      refusedPath: refusedPath(in: group),
      mark: GroupName.isMarked(group.name) ? group.mark : nil)
  }

  /// A threaded group has no list of processes; it is refused for its type.
  private static func others(in group: GroupDirectory, than own: Set<Int32>) throws(CgroupError) -> Int {
    let processes = try group.read("cgroup.procs", ProcessList.init(parsing:))
    return processes.map { $0.hidden + $0.visible.filter { !own.contains($0) }.count } ?? 0
  }

  /// Below a group that was delegated, all of these can be written; `cgroup.procs` is what clone3 asks for as
  /// well.
  private static func refusedPath(in group: GroupDirectory) -> String? {
    ["cgroup.procs", "cgroup.subtree_control"].first { !group.mayWrite($0) }.map { group.path(of: $0) }
  }
}

extension GroupDirectory {
  static let jobAttribute = "rmrun.job"
  static let supervisorAttribute = "rmrun.supervisor"

  /// What rmrun has marked the group as; nil for others' groups. A mark that can't be read is none.
  var mark: GroupMark? {
    if let tag = try? descriptor.attribute(Self.jobAttribute), (try? JobTag(parsing: tag)) != nil {
      return .job
    }
    if (try? descriptor.attribute(Self.supervisorAttribute)) ?? nil != nil { return .supervisor }
    return nil
  }
}
