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

  /// The facts of this host for a supervisor of such a priority. Throws if `/proc` can't be read.
  package static func facts(priority: OwnPriority) throws(SystemError) -> HostFacts {
    HostFacts(
      cpus: Int64(try ProcessControl.usableCPUs()), memory: ByteCount(bytes: try Host.memory().total),
      tick: Clock.tick(), wakeLatency: wakeLatency[priority] ?? .milliseconds(20))
  }
}
