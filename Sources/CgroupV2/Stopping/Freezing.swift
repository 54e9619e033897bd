import LinuxSystem
package import ResourceModel

extension GroupDirectory {
  /// Stops every process of the group and below from running, and keeps it so. Returns whether all of them
  /// stood still before the deadline: one in uninterruptible sleep comes later.
  ///
  /// The corresponding control file is `cgroup.freeze`. A frozen process does not run its signal handlers;
  /// SIGKILL and `cgroup.kill` reach it.
  package func freeze(until deadline: Instant) throws(CgroupError) -> Bool {
    try write("cgroup.freeze", "1")
    return try wait(until: deadline) { $0.isFrozen ?? false || !$0.isPopulated }
  }

  /// Lets the processes run again, also those in groups below that a process of the job itself has frozen.
  package func thawAll() throws(CgroupError) {
    try thaw()
    try walk(enter: { group throws(CgroupError) in try group.thawIgnoringLoss() })
  }

  /// Lets the processes run again; groups below that were frozen on their own stay so.
  package func thaw() throws(CgroupError) { try write("cgroup.freeze", "0") }

  private func thawIgnoringLoss() throws(CgroupError) {
    do {
      try thaw()
    } catch  where error.code == .vanished || error.code == .notPermitted {
      // Removed meanwhile; or a group that the job has shut against us, which must not keep the others
      // frozen.
    }
  }
}
