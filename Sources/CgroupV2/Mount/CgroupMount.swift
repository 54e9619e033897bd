package import LinuxSystem
import ResourceModel

/// A place where cgroup v2 is mounted.
///
/// It can be anywhere: `/sys/fs/cgroup` on a unified host, `/sys/fs/cgroup/unified` on a hybrid one, and
/// inside a container only a part of the hierarchy may be there.
package struct CgroupMount: Sendable, Hashable {
  /// The directory.
  package var mountPoint: String
  /// The group that is mounted there, as the reader's cgroup namespace shows it; `/` if all is. A mount that
  /// was made outside of the namespace begins with `/..`.
  package var root: HierarchyPath
  /// Whether nothing can be written there.
  package var isReadOnly: Bool

  /// Makes the place directly.
  package init(mountPoint: String, root: HierarchyPath, isReadOnly: Bool) {
    (self.mountPoint, self.root, self.isReadOnly) = (mountPoint, root, isReadOnly)
  }

  /// All places among the mounts of `/proc/self/mountinfo` (which has them in the order in which they were
  /// made) that no later mount on the same directory hides.
  package static func all(in mounts: [MountInfo]) -> [CgroupMount] {
    mounts.enumerated().compactMap { index, mount in
      guard mount.fileSystemType == "cgroup2",
        !mounts[(index + 1)...].contains(where: { $0.mountPoint == mount.mountPoint })
      else { return nil }
      return CgroupMount(
        mountPoint: mount.mountPoint, root: HierarchyPath(mount.root), isReadOnly: mount.isReadOnly)
    }
  }

  /// The best place for work below `group`: one that shows the group and can be written, before one that only
  /// shows it, before others; of equals the one that shows most of the hierarchy. nil when there is none at
  /// all.
  package static func best(of mounts: [CgroupMount], for group: HierarchyPath) -> CgroupMount? {
    func rank(_ mount: CgroupMount) -> (Int, Int) {
      let shows = group.names(below: mount.root) != nil
      return ((shows ? 2 : 0) + (mount.isReadOnly ? 0 : 1), -mount.root.names.count)
    }
    return mounts.reversed().max { rank($0) < rank($1) }
  }

  /// The directory of a group. Throws when the group can't be seen through this mount.
  package func directory(of group: HierarchyPath) throws(Obstacle) -> String {
    guard let names = group.names(below: root) else { throw .outsideNamespace(group: group.description) }
    return ([mountPoint == "/" ? "" : mountPoint] + names).concatenated(by: "/")
  }
}
