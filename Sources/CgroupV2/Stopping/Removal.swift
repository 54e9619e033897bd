import LinuxSystem
package import ResourceModel

extension GroupDirectory {
  /// Removes a group right below with all groups that the job may have made in it, from the bottom up.
  ///
  /// The kernel says EBUSY for some time after the last process has died (runc and crun retry for seconds,
  /// too), so this tries again until the deadline on `Clock.boottime`. A group that is gone is no error.
  /// Throws `.busy` when something still holds it then: the group stays, and a sweep removes it later.
  package func removeTree(_ name: String, until deadline: Instant) throws(CgroupError) {
    var pause = Duration.milliseconds(1)
    while true {
      do {
        try removeTreeOnce(name)
        return
      } catch  where error.code == .busy || error.code == .exists {
        let now = Clock.boottime()
        if now >= deadline { throw error }
        Self.sleep(until: min(deadline, now.advanced(by: pause)))
        pause = min(pause * 2, .milliseconds(50))
      }
    }
  }

  private func removeTreeOnce(_ name: String) throws(CgroupError) {
    do {
      // The common case first: nothing below, so no listing.
      try removeChild(name)
      return
    } catch  where error.code == .busy {
      // Groups below, or processes.
    }
    do {
      try child(name).walk(leave: { above, below throws(CgroupError) in try above.removeChild(below) })
    } catch  where error.code == .vanished {
      return
    }
    try removeChild(name)
  }

  private static func sleep(until deadline: Instant) {
    // Without descriptors for a timer it tries again at once: slower to no one but itself, and bounded by the
    // deadline.
    guard var poller = try? Poller() else { return }
    _ = try? poller.wait(until: deadline)
  }
}
