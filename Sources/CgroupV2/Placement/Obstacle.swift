/// What stands in the way of a group, a controller or a limit, with what to do about it.
package enum Obstacle: Error, Sendable, Hashable {
  /// cgroup v2 is mounted nowhere that this process can see.
  case notMounted
  /// It is mounted, but read-only.
  case readOnly(mountPoint: String)
  /// A file or directory of the group may not be written: the group was not delegated to this user.
  case notPermitted(path: String)
  /// The caller's group can't be seen through the mount: it lies outside of the mount's or the namespace's
  /// root.
  case outsideNamespace(group: String)
  /// The caller's group was removed.
  case ownGroupRemoved
  /// A group below this one could not hold processes, as the group is threaded or below a threaded one.
  case threaded(path: String, type: String)
  /// Other processes live in the group. The no-internal-process rule forbids to hand controllers on from
  /// there.
  case otherProcesses(path: String, count: Int)
  /// The kernel has no such controller, or was booted without it.
  case notInKernel(Controller)
  /// A v1 hierarchy holds the controller.
  case heldByVersionOne(Controller)
  /// The group's parent does not hand the controller on to it.
  case notHandedOn(Controller, path: String)
  /// A path that should be a group does not exist, or lies in no cgroup v2 file system, or leads through a
  /// link.
  case notAGroup(path: String)
  /// The kernel is too old for the file, or lacks the option that it belongs to.
  case fileMissing(path: String)
  /// The path lies on no single block device: btrfs, overlayfs, tmpfs and network file systems have none.
  case noBlockDevice(path: String)
  /// The kernel refused for another reason.
  case refused(path: String, reason: String)
}

extension Obstacle: CustomStringConvertible {
  /// What stands in the way, as the middle of a sentence: no capital, no full stop.
  package var description: String {
    switch self {
    case .notMounted: "cgroup v2 is not mounted"
    case .readOnly(let mountPoint): "cgroup v2 is mounted read-only at \(mountPoint)"
    case .notPermitted(let path): "no permission to write \(path) (the group is not delegated to this user)"
    case .outsideNamespace(let group): "the own group \(group) lies outside of what is mounted here"
    case .ownGroupRemoved: "the own group was removed"
    case .threaded(let path, let type):
      "the group \(path) is '\(type)' and can't have groups for processes below it"
    case .otherProcesses(let path, let count):
      "\(count) other process\(count == 1 ? " lives" : "es live") in the group \(path), which can't hand controllers on then"
    case .notInKernel(let controller): "the kernel offers no '\(controller.rawValue)' controller"
    case .heldByVersionOne(let controller):
      "a cgroup v1 hierarchy holds the '\(controller.versionOneName)' controller"
    case .notHandedOn(let controller, let path):
      "the group \(path) was not given the '\(controller.rawValue)' controller"
    case .notAGroup(let path): "\(path) is no cgroup v2 group"
    case .fileMissing(let path): "\(path) does not exist (the kernel is too old, or lacks the option)"
    case .noBlockDevice(let path): "\(path) lies on no single block device"
    case .refused(let path, let reason): "\(path) was refused: \(reason)"
    }
  }
}
