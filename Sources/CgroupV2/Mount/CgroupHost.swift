import LinuxSystem

/// What this host offers to this process: the mount, the own group's directory, and which controllers v1
/// holds.
package struct CgroupHost: Sendable, Hashable {
  /// Where cgroup v2 is mounted.
  package var mount: CgroupMount
  /// The directory of the caller's own group.
  package var ownGroup: String
  /// The v1 controllers in use, by their v1 names.
  package var versionOneControllers: Set<String>

  /// The magic number of the cgroup v2 file system: CGROUP2_SUPER_MAGIC of linux/magic.h, "cgrp".
  static let fileSystemType: Int64 = 0x6367_7270

  /// Makes it directly.
  package init(mount: CgroupMount, ownGroup: String, versionOneControllers: Set<String>) {
    (self.mount, self.ownGroup, self.versionOneControllers) = (mount, ownGroup, versionOneControllers)
  }

  /// Finds out, from `/proc/self/mountinfo` and `/proc/self/cgroup`. Throws the obstacle when no group can be
  /// made at all.
  package static func discover() throws(Obstacle) -> CgroupHost {
    let own: OwnGroup
    let mounts: [CgroupMount]
    do {
      own = OwnGroup(parsing: try SmallFile.read("/proc/self/cgroup"))
      mounts = CgroupMount.all(in: try MountInfo.current())
    } catch {
      throw .refused(path: error.path ?? "/proc", reason: error.description)
    }
    return try choose(own: own, mounts: mounts)
  }

  /// The same from what the two files say.
  package static func choose(own: OwnGroup, mounts: [CgroupMount]) throws(Obstacle) -> CgroupHost {
    guard let group = own.path, let mount = CgroupMount.best(of: mounts, for: group) else {
      throw .notMounted
    }
    if own.isDeleted { throw .ownGroupRemoved }
    if mount.isReadOnly { throw .readOnly(mountPoint: mount.mountPoint) }
    return CgroupHost(
      mount: mount, ownGroup: try mount.directory(of: group),
      versionOneControllers: own.versionOneControllers)
  }

  /// Why a group was not given a controller.
  package func absence(of controller: Controller, in group: GroupFacts) -> Obstacle {
    if versionOneControllers.contains(controller.versionOneName) { return .heldByVersionOne(controller) }
    return group.isHierarchyRoot ? .notInKernel(controller) : .notHandedOn(controller, path: group.path)
  }
}
