import LinuxSystem
package import ResourceModel

/// How a group was killed.
package enum KillMethod: Sendable, Hashable {
  /// By the kernel, all at once: `cgroup.kill`.
  case kernel
  /// By SIGKILL to each process, walk after walk, until none was left: before Linux 5.14, or where the job
  /// took away the right to write the file.
  case walk
}

extension GroupDirectory {
  /// Kills every process of the group and below. By the kernel it returns at once, and the end of the
  /// processes is to be waited for (`waitUntilEmpty`); else it walks until nothing is left or the deadline
  /// has passed.
  ///
  /// Killing a group that is empty is no error. Throws `.vanished` when it is gone.
  @discardableResult
  package func kill(until deadline: Instant) throws(CgroupError) -> KillMethod {
    do {
      try write("cgroup.kill", "1")
      return .kernel
    } catch {
      guard try exists() else { throw error }
      try killByWalk(until: deadline)
      return .walk
    }
  }

  /// SIGKILL to each process of a frozen group, again and again until nothing is left or the deadline has
  /// passed. Frozen processes die of SIGKILL, and can't fork away from it.
  func killByWalk(until deadline: Instant) throws(CgroupError) {
    var pause = Duration.milliseconds(1)
    while try events().isPopulated {
      _ = try signalAll(.kill, until: Clock.boottime().advanced(by: .milliseconds(100)))
      let now = Clock.boottime()
      if now >= deadline { return }
      if try waitUntilEmpty(until: min(deadline, now.advanced(by: pause))) { return }
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  /// Whether the group is still there.
  private func exists() throws(CgroupError) -> Bool {
    do {
      _ = try events()
      return true
    } catch  where error.code == .vanished {
      return false
    }
  }
}
