import LinuxSystem
import SystemPackage

/// A group that the user named: by its path in the hierarchy (`/my.slice/batch`), or by its directory
/// (`/sys/fs/cgroup/my.slice/batch`).
package enum NamedGroup {
  /// Opens it name by name, following no link and never leaving the mount. Throws `.notAGroup` when there is
  /// none.
  package static func open(_ path: String, in mount: CgroupMount) throws(Obstacle) -> GroupDirectory {
    guard let names = names(of: path, in: mount) else { throw .notAGroup(path: path) }
    do {
      var group = try GroupDirectory(path: mount.mountPoint)
      for name in names { group = try group.child(name) }
      guard try group.descriptor.fileSystemType() == CgroupHost.fileSystemType else {
        throw Obstacle.notAGroup(path: path)
      }
      return group
    } catch let error as CgroupError where error.code == .notPermitted {
      throw .notPermitted(path: error.path)
    } catch {
      throw .notAGroup(path: path)
    }
  }

  /// The names below the mount point that lead to the group; nil for a path that is relative, or that climbs.
  static func names(of path: String, in mount: CgroupMount) -> [String]? {
    guard path.hasPrefix("/") else { return nil }
    let group = HierarchyPath(path)
    if group.isOutsideNamespace { return nil }
    return group.names(below: HierarchyPath(mount.mountPoint)) ?? group.names(below: mount.root)
  }
}
