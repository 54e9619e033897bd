package import ResourceModel
import CLinuxSystem
import Glibc
import SystemPackage

/// A signal that came to this process, and from whom.
package struct ReceivedSignal: Sendable, Hashable {
  package let signal: Signal
  /// The `si_code`: how it was sent (sigaction(2)).
  package let code: Int32
  /// Who sent it, where the kernel says so; 0 for a signal from the kernel, or from outside of the PID namespace.
  package let senderPID: Int32
  package let senderUID: UInt32

  /// Whether the terminal sent it, as for Ctrl-C: then the whole foreground group has got it, the command included.
  package var isFromTerminal: Bool { code == rmrun_code_kernel }
}

/// How the process that started this one had set signals: what a command must find, so that it can't tell that there
/// is a supervisor in between.
package struct InheritedSignals: Sendable, Hashable {
  package let blocked: SignalSet
  package let ignored: SignalSet

  package init(blocked: SignalSet, ignored: SignalSet) {
    self.blocked = blocked
    self.ignored = ignored
  }

  /// As they are now: right only before this process has changed any.
  package static func current() -> InheritedSignals {
    InheritedSignals(
      blocked: SignalSet(bits: rmrun_blocked_signals()), ignored: SignalSet(bits: rmrun_ignored_signals()))
  }
}

/// Takes this process's signals as data: they are blocked and read from a signalfd(2), so that no handler runs.
///
/// SIGTTIN and SIGTTOU are among them: the terminal sends them to the whole process group of a job that reads or writes in
/// the background, this process included, and a supervisor that stopped by default would leave unwatched what in the
/// job didn't stop. (Blocked, SIGTTOU no longer keeps this process from writing to its terminal either.)
package struct SignalSource: ~Copyable, Sendable {
  /// What a supervisor takes.
  package static var supervised: SignalSet {
    SignalSet(
      [
        SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT,
        SIGCHLD,
      ]
      .map(Signal.init(number:)))
  }

  private let descriptor: Descriptor
  /// How signals were set before.
  package let inherited: InheritedSignals

  /// The number, for a `Poller`: readable when a signal waits.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Starts to take the signals, in the calling thread and those that it starts afterwards; make it before any other.
  ///
  /// A signal that was ignored at the start (`nohup`, `cmd &` in a script) stays so and isn't taken, as if there were no
  /// supervisor. SIGCHLD is the exception: ignored, the kernel would throw exit statuses away.
  /// SIGPIPE and SIGXFSZ are ignored from here on: a closed standard error, or a report that is larger than the caller's file size
  /// limit, is no reason to abandon a job. Writing fails instead.
  package init(_ signals: SignalSet = supervised) throws(SystemError) {
    let inherited = InheritedSignals.current()
    let child = Signal(number: SIGCHLD)
    var taken = signals.subtracting(inherited.ignored)
    if signals.contains(child) {
      taken.insert(child)
      try shim("set SIGCHLD") { rmrun_set_signal_ignored(SIGCHLD, false) }
    }
    try shim("ignore SIGPIPE") { rmrun_set_signal_ignored(SIGPIPE, true) }
    try shim("ignore SIGXFSZ") { rmrun_set_signal_ignored(SIGXFSZ, true) }
    let bits = taken.bits
    try shim("block signals") { rmrun_block_signals(bits) }
    self.descriptor = Descriptor(owning: try shim("make a signal descriptor") { rmrun_signalfd(bits) })
    self.inherited = inherited
  }

  /// The next signal that waits; nil if none does. Never blocks.
  package func next() throws(SystemError) -> ReceivedSignal? {
    let number = descriptor.rawValue
    var info = rmrun_signal_info()
    guard try shim("read a signal", { rmrun_signalfd_read(number, &info) }) == 1 else { return nil }
    return ReceivedSignal(
      signal: Signal(number: info.signal), code: info.code, senderPID: info.pid, senderUID: info.uid)
  }
}
