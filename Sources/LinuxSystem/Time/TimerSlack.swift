import CLinuxSystem

/// How late the kernel may wake this thread so as to wake several at once: 50 µs by default (prctl(2)).
package enum TimerSlack {
  /// In nanoseconds.
  package static func current() -> UInt64 { UInt64(max(0, rmrun_timer_slack())) }

  /// Asks to be woken on time. Children inherit it: give the old value to `SpawnRequest`.
  package static func minimise() { _ = rmrun_set_timer_slack(1) }
}
