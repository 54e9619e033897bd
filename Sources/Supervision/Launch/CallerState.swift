import LinuxSystem

/// How this process stood when it was started: what a command must find, so that it can't tell that rmrun is there.
struct CallerState: Sendable {
  let signals: InheritedSignals
  let scheduling: Scheduling?
  let timerSlack: UInt64

  /// As it is now: right only before the supervisor has changed any of it.
  static func current() -> CallerState {
    CallerState(
      signals: InheritedSignals.current(), scheduling: try? Scheduling.current(), timerSlack: TimerSlack.current())
  }
}
