import LinuxSystem
package import ResourceModel

extension GroupDirectory {
  /// The state of the group: whether anything lives in it, whether it is frozen.
  package func events() throws(CgroupError) -> GroupEvents {
    guard let events = try read("cgroup.events", GroupEvents.init(parsing:)) else {
      throw CgroupError(.vanished, "read", path: path(of: "cgroup.events"))
    }
    return events
  }

  /// Waits until nothing lives in the group and below, or the deadline on `Clock.boottime` has passed.
  /// Returns whether nothing does.
  package func waitUntilEmpty(until deadline: Instant) throws(CgroupError) -> Bool {
    try wait(until: deadline) { !$0.isPopulated }
  }

  /// Waits until the group's state satisfies `condition`, or the deadline has passed; returns whether it
  /// does.
  ///
  /// Sleeps in between: the kernel signals each change of `cgroup.events`.
  func wait(until deadline: Instant, for condition: (GroupEvents) -> Bool) throws(CgroupError) -> Bool {
    // Most often it is so already, or at once: no need for an epoll set then.
    if condition(try events()) { return true }
    var alarm = try Alarm.on(self)
    while true {
      if condition(try events()) { return true }
      guard try alarm.sleep(until: deadline) else { return condition(try events()) }
    }
  }
}

/// Sleeps until a group's `cgroup.events` changes, or until a time.
private struct Alarm: ~Copyable {
  let path: String
  let file: KernelFile
  var poller: Poller

  static func on(_ group: GroupDirectory) throws(CgroupError) -> Alarm {
    let path = group.path(of: "cgroup.events")
    do {
      let file = try KernelFile(at: group.descriptor, "cgroup.events")
      // A change that came before the first read counts as seen only with that read.
      _ = try file.read()
      let poller = try Poller()
      try poller.add(file.rawValue, token: 0, events: .priority)
      return Alarm(path: path, file: file, poller: poller)
    } catch {
      throw CgroupError(error, "watch", path: path)
    }
  }

  /// Returns false when it was the time.
  mutating func sleep(until deadline: Instant) throws(CgroupError) -> Bool {
    do {
      let changed = try !poller.wait(until: deadline).isEmpty
      if changed { _ = try file.read() }
      return changed
    } catch {
      throw CgroupError(error, "watch", path: path)
    }
  }
}
