import LinuxSystem

/// How this process stood when it was started: what a command must find, so that it can't tell that rmrun is there.
struct CallerState: Sendable {
  let signals: InheritedSignals
  let scheduling: Scheduling?
  let timerSlack: UInt64

  /// As it is now: right only before the supervisor has changed any of it.
  ///
  /// In a program that embeds the library the calling thread's mask and the process's dispositions are that program's own business (a
  /// Dispatch worker blocks SIGTERM, a server ignores SIGPIPE): its jobs start with none blocked and all at their default.
  /// - Parameter isWrapper: whether this process stands for the command alone.
  static func current(isWrapper: Bool) -> CallerState {
    CallerState(
      signals: isWrapper ? InheritedSignals.current() : InheritedSignals(blocked: [], ignored: []),
      scheduling: try? Scheduling.current(), timerSlack: TimerSlack.current())
  }
}
