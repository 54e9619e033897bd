package import ResourceModel
import CLinuxSystem
import Glibc

/// The kernel's clocks.
package enum Clock {
  /// Time since the machine started, suspended time included: what timeouts are measured on.
  package static func boottime() -> Instant { Instant(nanoseconds: read(CLOCK_BOOTTIME)) }

  /// Time since the machine started, without the time it was suspended: what wall time is measured on.
  package static func monotonic() -> Instant { Instant(nanoseconds: read(CLOCK_MONOTONIC)) }

  /// The date and time; may jump. For people only.
  package static func wall() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }

  /// Waits on the calling thread; a signal that is handled there ends it early.
  package static func sleep(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    nanosleep(&time, nil)
  }

  /// The CPU time that this process used so far.
  package static func ownCPUTime() -> Duration { .nanoseconds(read(CLOCK_PROCESS_CPUTIME_ID)) }

  /// The accounting tick, 1 ÷ CONFIG_HZ: the CPU use of a running task is up to this old in `cpu.stat`.
  ///
  /// It is the resolution of the coarse clocks, which the kernel moves once a tick (clock_getres(2)).
  package static func tick() -> Duration {
    var time = timespec()
    guard clock_getres(CLOCK_MONOTONIC_COARSE, &time) == 0 else { return .milliseconds(10) }
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// The calls can't fail for clocks that every Linux has.
  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
