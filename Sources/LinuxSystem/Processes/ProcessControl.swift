package import ResourceModel
import CLinuxSystem
import Glibc

/// Signals and process-wide settings.
package enum ProcessControl {
  /// A descriptor for a process, readable when it has ended. Throws `.notFound` if there is none of that number.
  package static func open(pid: Int32) throws(SystemError) -> Descriptor {
    Descriptor(owning: try shim("open process \(pid)") { rmrun_pidfd_open(pid) })
  }

  /// Sends a signal to the process behind a pidfd.
  package static func send(_ signal: Signal, toPidfd pidfd: Int32) throws(SystemError) {
    try shim("send \(signal.name)") { rmrun_pidfd_send_signal(pidfd, signal.number) }
  }

  /// Sends a signal to a process by its number. Numbers below 2 would mean a group, everybody, or init: refused.
  package static func send(_ signal: Signal, to pid: Int32) throws(SystemError) {
    guard pid > 1 else { throw SystemError("send \(signal.name) to process \(pid)", code: .permission) }
    _ = try checked("send \(signal.name) to process \(pid)") { kill(pid, signal.number) }
  }

  /// Whether a process of that number exists, a zombie included.
  package static func exists(_ pid: Int32) -> Bool { pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) }

  /// Makes orphaned descendants children of this process, so that none gets out of sight (PR_SET_CHILD_SUBREAPER).
  package static func setSubreaper(_ on: Bool) throws(SystemError) {
    try shim("become a subreaper") { rmrun_set_subreaper(on) }
  }

  /// Ends this process by a signal, without a core file, so that the caller sees the command's own end.
  /// Returns only if the signal ends no process by default.
  package static func die(by signal: Signal) { _ = rmrun_die_by_signal(signal.number) }

  /// Stops this process as `signal` (SIGTSTP, SIGTTIN, SIGTTOU or SIGSTOP) does by default. Returns when it was
  /// continued; at once where the kernel wouldn't stop it (an orphaned process group, which no shell could continue).
  package static func stopSelf(by signal: Signal) { _ = rmrun_stop_self(signal.number) }

  /// How many CPUs this process may run on.
  package static func usableCPUs() throws(SystemError) -> Int {
    Int(try shim("read the CPU affinity") { rmrun_usable_cpus() })
  }
}
