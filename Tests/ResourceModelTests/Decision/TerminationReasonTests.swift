import ResourceModel
import Testing

/// The reason and the exit status that follow from how a job ended.
struct TerminationReasonTests {
  private static let died = ExitOutcome.signaled(.kill)
  private static let ended = ExitOutcome.exited(137)

  @Test(
    arguments: [
      (.budget, .budget, 120), (.timeout, .timeout, 124), (.cpuTime, .cpuTime, 124), (.idle, .idle, 124),
      (.memory, .memory, 121), (.processes, .processes, nil), (.workSize, .workSize, 121),
      (.request, .signal, nil), (.leftover, nil, nil),
    ] as [(StopCause, TerminationReason?, Int32?)])
  func aCauseHasItsReasonAndStatus(_ cause: StopCause, _ reason: TerminationReason?, _ status: Int32?) {
    #expect(cause.terminationReason == reason)
    #expect(reason?.exitStatus == status)
  }

  @Test(
    arguments: [
      (nil, ended, nil, nil), (nil, ended, .memory, nil), (nil, died, nil, .signal),
      (nil, died, .memory, .memory),
      (nil, died, .ancestorMemory, .ancestorMemory), (nil, died, .hostMemory, .hostMemory),
      (.budget, died, .memory, .budget), (.timeout, ended, nil, .timeout), (.leftover, ended, nil, nil),
      (.leftover, died, nil, .signal), (.request, ended, nil, .signal), (nil, nil, .memory, nil),
    ] as [(StopCause?, ExitOutcome?, TerminationReason?, TerminationReason?)])
  func ownStopComesBeforeOOMComesBeforeSignal(
    _ cause: StopCause?, _ outcome: ExitOutcome?, _ memory: TerminationReason?, _ reason: TerminationReason?
  ) {
    var state = JobState(launched: .launch)
    (state.cause, state.outcome) = (cause, outcome)
    #expect(state.terminationReason(memory: memory) == reason)
  }

  @Test func onlyMemoryOfTheJobOrAnAncestorHasTheMemoryStatus() {
    #expect(TerminationReason.ancestorMemory.exitStatus == 121)
    #expect(TerminationReason.hostMemory.exitStatus == nil)
  }
}
