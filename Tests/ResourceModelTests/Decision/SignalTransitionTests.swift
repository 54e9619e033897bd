import ResourceModel
import Testing

/// Signals that rmrun gets, and the terminal's suspend key.
struct SignalTransitionTests {
  private static let interrupt = Signal(number: 2)

  @Test(arguments: [
    Story(
      "a forwarded signal goes to the command, and stops nothing by itself",
      [.init(.seconds(1), .forwarded(interrupt), [.signalCommand(interrupt)])], leaves: .running),
    Story(
      "a signal is not forwarded to a command that has ended", under: { $0.waitPolicy = .all },
      [.init(.seconds(1), .commandEnded(.exited(0))), .init(.seconds(2), .forwarded(interrupt))],
      leaves: .running),
    Story(
      "a signal is forwarded within the grace, which stays",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]),
        .init(.seconds(2), .forwarded(interrupt), [.signalCommand(interrupt)]),
      ], leaves: .asked(.request, deadline: .after(.seconds(11))), cause: .request),
    Story(
      "suspended: the job is frozen before rmrun stops; resumed: it goes on",
      [.init(.seconds(1), .suspended, [.freeze, .suspendSelf]), .init(.seconds(9), .resumed, [.thaw])],
      leaves: .running),
    Story(
      "resuming does not thaw a job that its budget froze", under: { $0.onExhausted = .freeze },
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]),
        .init(.seconds(96), .suspended, [.freeze, .suspendSelf]), .init(.seconds(97), .resumed),
      ], leaves: .frozen),
    Story(
      "time in suspension is not taken off the grace",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]),
        .init(.seconds(3), .suspended, [.freeze, .suspendSelf]),
        .init(.seconds(3600), .resumed, [.thaw]), .init(.seconds(3607), .read(1)),
        .init(.seconds(3608), .read(1), [.kill]),
      ], leaves: .killed(.request, since: .after(.seconds(3608))), cause: .request),
    Story(
      "a second suspension without a resumption counts from the first",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]),
        .init(.seconds(3), .suspended, [.freeze, .suspendSelf]),
        .init(.seconds(5), .suspended, [.freeze, .suspendSelf]), .init(.seconds(9), .resumed, [.thaw]),
      ], leaves: .asked(.request, deadline: .after(.seconds(17))), cause: .request),
    Story(
      "time in suspension counts for the wall time",
      under: { $0.timeout = .atMost(.seconds(60)) },
      [
        .init(.seconds(1), .suspended, [.freeze, .suspendSelf]),
        .init(.seconds(3600), .resumed, [.thaw, .signalAll(.terminate)]),
      ], leaves: .asked(.timeout, deadline: .after(.seconds(3610))), cause: .timeout),
    Story(
      "what is due when the job is suspended waits for the resumption",
      under: { $0.timeout = .atMost(.seconds(60)) },
      [
        .init(.seconds(61), .suspended, [.freeze, .suspendSelf]),
        .init(.seconds(70), .resumed, [.thaw, .signalAll(.terminate)]),
      ], leaves: .asked(.timeout, deadline: .after(.seconds(80))), cause: .timeout),
    Story(
      "a job that is being killed is not suspended", under: { $0.grace = .zero },
      [.init(.seconds(1), .stopRequested, [.kill]), .init(.seconds(2), .suspended, [.kill])],
      leaves: .killed(.request, since: .after(.seconds(1))), cause: .request),
    Story(
      "a resumption that nobody suspended changes nothing but that the job goes on",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]), .init(.seconds(9), .resumed, [.thaw]),
      ], leaves: .asked(.request, deadline: .after(.seconds(11))), cause: .request),
  ])
  func aSignal(_ story: Story) { story.check() }

  @Test func theLastForwardedSignalIsRemembered() {
    let (state, _) = JobPolicy.sample.transition(
      JobState(launched: .launch), on: .forwarded(Self.interrupt), at: .after(.seconds(1)))
    #expect(state.forwarded == Self.interrupt)
  }

  @Test(
    arguments: [
      .read(1000), .readingFailed, .commandEnded(.exited(1)), .emptied, .forwarded(interrupt), .suspended,
      .resumed,
      .stopRequested,
    ] as [JobEvent])
  func nothingHappensToAJobThatHasEnded(_ event: JobEvent) {
    let policy = JobPolicy.sample
    let ended = policy.transition(JobState(launched: .launch), on: .emptied, at: .after(.seconds(1))).state
    let (state, actions) = policy.transition(ended, on: event, at: .after(.seconds(2)))
    #expect(state == ended)
    #expect(actions.isEmpty)
    #expect(policy.nextWake(state) == nil)
  }
}
