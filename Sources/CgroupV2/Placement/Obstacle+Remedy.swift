extension Obstacle {
  /// What mends it, as a command or an instruction.
  package var remedy: String {
    switch self {
    case .notMounted:
      "as root: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified"
    case .readOnly(let mountPoint):
      "as root: mount -o remount,rw \(mountPoint); for a container, start it with a writable cgroup file system "
        + "(docker: --privileged, or --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:rw)"
    case .notPermitted(let path):
      Self.delegation(of: path)
    case .outsideNamespace:
      "start rmrun inside the container or namespace that the file system was mounted for, or mount it anew there"
    case .ownGroupRemoved:
      "start rmrun from a new shell"
    case .threaded, .otherProcesses:
      "start rmrun in a group of its own: systemd-run --user --scope -p Delegate=yes rmrun …, or name another "
        + "group by --cgroup-parent"
    case .notInKernel(let controller):
      controller == .memory
        ? "boot with cgroup_enable=memory, and without cgroup_disable=memory"
        : "boot a kernel that has the '\(controller.rawValue)' controller (see CONFIG_CGROUPS), without cgroup_disable"
    case .heldByVersionOne(let controller):
      Self.release(of: [controller])
    case .notHandedOn(let controller, let path):
      Self.handingOn(of: [controller], to: path)
    case .notAGroup:
      "name an existing group, by its path in the hierarchy (/my.slice) or in the file system"
    case .fileMissing:
      "use a newer kernel"
    case .noBlockDevice:
      "name the device itself, as MAJOR:MINOR (lsblk shows them)"
    case .refused:
      "see the message above; RMRUN_LOG=debug shows each step"
    }
  }

  /// To have v1 give controllers up.
  static func release(of controllers: [Controller]) -> String {
    let names = controllers.map(\.versionOneName).joined(separator: ",")
    return "boot with cgroup_no_v1=\(names) (systemd hosts: systemd.unified_cgroup_hierarchy=1)"
  }

  /// To have the groups above give controllers.
  static func handingOn(of controllers: [Controller], to path: String) -> String {
    let names = Controller.switchText("+", controllers)
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    return
      "as root on a systemd host: systemctl edit user@.service, with [Service] Delegate=cpu cpuset io memory "
      + "pids; elsewhere: echo \(names) >\(parent)/cgroup.subtree_control (first in the groups above it, where "
      + "they lack it)"
  }

  private static func delegation(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isFile = parts.last?.hasPrefix("cgroup.") ?? false
    let group = (isFile ? parts.dropLast() : parts[...]).joined(separator: "/")
    return
      "run in a delegated group: systemd-run --user --scope -p Delegate=yes rmrun …; without systemd, as root: "
      + "G=\(group)/USER; mkdir $G && chown USER $G $G/cgroup.{procs,threads,subtree_control} && "
      + "echo PID >$G/cgroup.procs, with PID that of the user's shell"
  }
}
