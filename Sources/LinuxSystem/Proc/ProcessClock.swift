import Glibc

/// The CPU clock of another process: what it used so far, all its threads together, to the nanosecond and to this moment, where
/// `/proc/PID/stat` tells whole hundredths of a second. Source: clock_getcpuclockid(3).
package enum ProcessClock {
  /// CPU time that a process used, without its children; of a zombie as well. Nil once it was waited for.
  package static func cpuTime(pid: Int32) -> Duration? {
    var clock = clockid_t()
    var time = timespec()
    guard pid > 0, clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }
}
