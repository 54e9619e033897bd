import CgroupV2
package import LinuxSystem
package import ResourceModel

/// Looks at the host: the facts that a plan is made on.
package enum HostSurvey {
  /// The longest time from a timer's end to a finished kill, by the priority that the supervisor has: measured beside 2 and 8
  /// busy threads, doubled.
  private static let wakeLatency: [OwnPriority: Duration] = [
    .realtime: .milliseconds(4), .raised: .milliseconds(10), .ordinary: .milliseconds(20),
  ]

  /// The facts of this host for a supervisor of such a priority, and for jobs below the group `cgroupParent` (nil: the own
  /// one). Throws if `/proc` can't be read.
  package static func facts(priority: OwnPriority, cgroupParent: String?) throws(SystemError) -> HostFacts {
    try facts(priority: priority, memoryCeiling: (try? GroupPlace(cgroupParent: cgroupParent))?.memoryCeiling)
  }

  /// The same where it is known how much memory the groups above leave.
  static func facts(priority: OwnPriority, memoryCeiling: ByteCount?) throws(SystemError) -> HostFacts {
    let memory = ByteCount(bytes: try Host.memory().total)
    return HostFacts(
      cpus: Int64(try ProcessControl.usableCPUs()), memory: min(memory, memoryCeiling ?? memory),
      tick: Clock.tick(), wakeLatency: wakeLatency[priority] ?? .milliseconds(20))
  }
}
