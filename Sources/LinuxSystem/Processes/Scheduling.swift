import CLinuxSystem

/// How the kernel schedules a process.
package struct Scheduling: Sendable, Hashable {
  /// A policy of sched(7): 0 is SCHED_OTHER.
  package let policy: Int32
  /// The static priority: 0 but for the real-time policies.
  package let priority: Int32
  /// -20…19.
  package let nice: Int32

  package init(policy: Int32, priority: Int32, nice: Int32) {
    self.policy = policy
    self.priority = priority
    self.nice = nice
  }

  /// This process's own.
  package static func current() throws(SystemError) -> Scheduling {
    var raw = rmrun_scheduling()
    try shim("read the scheduling") { rmrun_get_scheduling(&raw) }
    return Scheduling(policy: raw.policy, priority: raw.priority, nice: raw.nice)
  }
}

/// A supervisor that wakes late lets a job overspend: it asks for more than an ordinary share, while it uses next to none.
package enum OwnPriority: Sendable, Hashable {
  /// SCHED_RR, priority 1: it runs before every ordinary process.
  case realtime
  /// A nice value of -10.
  case raised
  /// Nothing could be had (no CAP_SYS_NICE, no RLIMIT_RTPRIO): it waits its turn.
  case ordinary

  /// Takes the best of these that the kernel grants. No child inherits it (SCHED_RESET_ON_FORK); a command gets back
  /// what the supervisor was started with, by `SpawnRequest.scheduling`.
  package static func raise() -> OwnPriority {
    if rmrun_set_realtime(1) >= 0 { return .realtime }
    if rmrun_set_nice_not_inherited(-10) >= 0 { return .raised }
    return .ordinary
  }
}
