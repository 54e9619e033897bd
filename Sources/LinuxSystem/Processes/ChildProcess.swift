package import ResourceModel
import CLinuxSystem
import Glibc

/// An ended child, with what it and the children that *it* waited for used (rusage; not the job's whole use).
package struct ChildEnd: Sendable, Hashable {
  package let pid: Int32
  package let outcome: ExitOutcome
  package let userTime: Duration
  package let systemTime: Duration

  init(_ raw: rmrun_child_end) {
    pid = raw.pid
    userTime = .microseconds(raw.user_microseconds)
    systemTime = .microseconds(raw.system_microseconds)
    // waitid(2): CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3 (enumerators that Swift can't name portably).
    outcome =
      raw.code == 1
      ? .exited(raw.status) : .signaled(Signal(number: raw.status))
  }
}

/// A command that was started. Whoever holds it is the one who waits for it.
package struct ChildProcess: ~Copyable, Sendable {
  package let pid: Int32
  /// False where clone3(2) was refused and the child moved itself into its group.
  package let wasClonedIntoGroup: Bool
  private let descriptor: Descriptor

  init(pid: Int32, descriptor: consuming Descriptor, wasClonedIntoGroup: Bool) {
    self.pid = pid
    self.descriptor = descriptor
    self.wasClonedIntoGroup = wasClonedIntoGroup
  }

  /// The pidfd, for a `Poller`: readable when the process has ended.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Waits for the end and takes it from the kernel; call no more after it returned one.
  ///
  /// With `hangs` false it returns nil at once if the process still runs.
  package func wait(hangs: Bool = true) throws(SystemError) -> ChildEnd? {
    let number = descriptor.rawValue
    var end = rmrun_child_end()
    let ended = try shim("wait for process \(pid)") { rmrun_wait_pidfd(number, !hangs, &end) }
    return ended == 1 ? ChildEnd(end) : nil
  }

  /// Sends a signal to this very process, never to another one that was given its number.
  package func send(_ signal: Signal) throws(SystemError) {
    try ProcessControl.send(signal, toPidfd: descriptor.rawValue)
  }
}
