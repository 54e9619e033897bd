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
      "boot with cgroup_no_v1=\(controller.versionOneName) (systemd hosts: systemd.unified_cgroup_hierarchy=1)"
    case .notHandedOn(let controller, _):
      "as root on a systemd host: systemctl edit user@.service, with [Service] Delegate=cpu cpuset io memory pids; "
        + "elsewhere: write +\(controller.rawValue) to cgroup.subtree_control of each group above, from the top down"
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

  private static func delegation(of path: String) -> String {
    "run in a delegated group: systemd-run --user --scope -p Delegate=yes rmrun …; without systemd, as root: "
      + "chown USER \(path), and cgroup.procs and cgroup.subtree_control beside it"
  }
}
