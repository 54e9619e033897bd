package import ControlSocket
package import LinuxSystem
package import ResourceModel

/// What a supervisor may do to the process that it lives in, and where it makes groups.
package struct SupervisorOptions: Sendable {
  /// Whether it takes the process's signals and passes them on: right for a wrapper, wrong for a program that embeds it.
  package var takesSignals = false
  /// Whether orphans of its jobs become its children, where that is needed to count what they did.
  package var adoptsOrphans = false
  /// Whether it raises its scheduling priority where it may, so that a busy host does not delay a kill.
  package var raisesPriority = false
  /// Who keeps the accounts of jobs that name one.
  package var bookkeeper: Bookkeeper?
  /// What books the jobs' ends if this process dies before it has.
  package var recovery: Guardian.Recovery?
  /// Where it makes the socket that others ask it over; empty: nowhere.
  package var runtimeDirectories: [RuntimeDirectory] = []
  /// The directories in which ledgers lie by themselves, and nothing else does: jobs with mounts of their own don't look into them.
  package var ledgerDirectories: [String] = []
  /// The ledger that its user has, whether jobs name an account or not: what they may write to is not to lead to it.
  package var ledger: String?
  /// The group below which jobs' groups are made; nil: the caller's own.
  package var cgroupParent: String?

  /// What is launched first, as far as that is known: what takes the kernel long is begun before the host is looked at.
  package var expected: JobSpec?

  /// The options of a program that embeds the library.
  package init() {}
}
