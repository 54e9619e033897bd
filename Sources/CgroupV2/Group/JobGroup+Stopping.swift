import LinuxSystem
package import ResourceModel

/// Stopping a job by what its group keeps open; where that does not do, by what a group's directory offers.
extension JobGroup {
  /// Whether the kernel kills all of it at once.
  package var canKill: Bool { switches.canKill }
  /// Whether the kernel makes all of it stand still.
  package var canFreeze: Bool { switches.canFreeze }

  /// Kills every process of the group and below.
  package func kill(until deadline: Instant) throws(CgroupError) {
    if switches.kill() { return }
    try orDirectly(.kill) { () throws(CgroupError) in try directory.kill(until: deadline) }
  }

  /// Sends a signal to every process of the group and below.
  package func signalAll(_ signal: Signal, until deadline: Instant) throws(CgroupError) {
    try orDirectly(signal) { () throws(CgroupError) in _ = try directory.signalAll(signal, until: deadline) }
  }

  /// Stops every process of the group and below from running.
  package func freeze(until deadline: Instant) throws(CgroupError) {
    guard switches.setFrozen(true) else {
      _ = try directory.freeze(until: deadline)
      return
    }
    awaitStillness(until: deadline)
  }

  /// Lets them run again.
  package func thaw() throws(CgroupError) { if !switches.setFrozen(false) { try directory.thaw() } }

  /// Where a walk over the group can't open what it needs: those that run in the group itself or in `main`, as nearly all do.
  private func orDirectly(_ signal: Signal, _ walk: () throws(CgroupError) -> Void) throws(CgroupError) {
    do {
      try walk()
    } catch {
      guard error.code != .vanished, switches.setFrozen(true) else { throw error }
      awaitStillness(until: Clock.boottime().advanced(by: .milliseconds(20)))
      let members = roll.direct()
      for each in members ?? [] { try? ProcessControl.send(signal, to: each) }
      if signal != .kill { for each in members ?? [] { try? ProcessControl.send(.resume, to: each) } }
      _ = switches.setFrozen(false)
      if members == nil { throw error }
    }
  }

  /// By looking again and again: to be told would take a descriptor.
  private func awaitStillness(until deadline: Instant) {
    var pause = Duration.microseconds(50)
    while let state = switches.readState(), state.isPopulated, state.isFrozen == false,
      Clock.boottime() < deadline
    {
      Clock.sleep(pause)
      pause = min(pause * 2, .milliseconds(5))
    }
  }
}
