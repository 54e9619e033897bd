import ResourceModel
import Testing

/// What the budget does to a job.
struct BudgetTransitionTests {
  private static let freeze: @Sendable (inout JobPolicy) -> Void = { $0.onExhausted = .freeze }

  @Test(arguments: [
    Story(
      "below the warning threshold nothing happens", [.init(.seconds(79), .read(thousandths: 79_999))],
      leaves: .running),
    Story(
      "a threshold is crossed at its very value", [.init(.seconds(80), .read(80), [.notify(.warning)])],
      leaves: .running),
    Story(
      "the warning is given once",
      [
        .init(.seconds(80), .read(80), [.notify(.warning)]), .init(.seconds(81), .read(81)),
        .init(.seconds(94), .read(thousandths: 94_999)),
      ], leaves: .running),
    Story(
      "the warning comes with the signal that was asked for", under: { $0.warnSignal = Signal(number: 10) },
      [.init(.seconds(80), .read(80), [.notify(.warning), .signalAll(Signal(number: 10))])], leaves: .running),
    Story(
      "at the emergency threshold the job is asked to stop, with a deadline of now and the grace",
      [
        .init(.seconds(80), .read(80), [.notify(.warning)]),
        .init(.seconds(95), .read(95), [.notify(.emergency), .signalAll(.terminate)]),
      ], leaves: .asked(.budget, deadline: .after(.seconds(105))), cause: .budget),
    Story(
      "the stop signal can be another", under: { $0.stopSignal = Signal(number: 2) },
      [
        .init(
          .seconds(95), .read(95), [.notify(.emergency), .signalAll(Signal(number: 2))])
      ], leaves: .asked(.budget, deadline: .after(.seconds(105))), cause: .budget),
    Story(
      "one reading that jumps past the hard threshold kills at once",
      [
        .init(
          .seconds(120), .read(120), [.notify(.hard), .kill])
      ], leaves: .killed(.budget, since: .after(.seconds(120))), cause: .budget),
    Story(
      "the hard threshold counts what can stand uncounted in the kernel's accounting",
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .signalAll(.terminate)]),
        .init(.seconds(99), .read(thousandths: 99_995)),
        .init(.seconds(100), .read(thousandths: 99_996), [.notify(.hard), .kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(100))), cause: .budget),
    Story(
      "the hard threshold kills within the grace of another cause, which stays the cause",
      under: { $0.timeout = .atMost(.seconds(50)) },
      [
        .init(.seconds(50), .read(50), [.signalAll(.terminate)]),
        .init(.seconds(55), .read(100), [.notify(.hard), .kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(55))), cause: .timeout),
    Story(
      "a job without a budget is never stopped for it", under: { $0.budget = .unlimited },
      [.init(.seconds(9), .read(1_000_000))], leaves: .running),
    Story(
      "with the emergency threshold at the hard one the job is stopped at the limit",
      under: { $0.thresholds.emergency = .percent(100) },
      [
        .init(.seconds(95), .read(95), [.notify(.warning)]),
        .init(.seconds(100), .read(100), [.notify(.hard), .kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(100))), cause: .budget),
  ])
  func aBudget(_ story: Story) { story.check() }

  @Test(arguments: [
    Story(
      "the job is frozen instead of asked", under: freeze,
      [.init(.seconds(95), .read(95), [.notify(.emergency), .freeze])], leaves: .frozen),
    Story(
      "it is frozen once", under: freeze,
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]),
        .init(.seconds(96), .read(96)),
      ], leaves: .frozen),
    Story(
      "the hard threshold kills while it is frozen", under: freeze,
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]),
        .init(.seconds(960), .read(100), [.notify(.hard), .kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(960))), cause: .budget),
    Story(
      "a jump past the hard threshold kills without freezing", under: freeze,
      [.init(.seconds(9), .read(100), [.notify(.hard), .kill])],
      leaves: .killed(.budget, since: .after(.seconds(9))), cause: .budget),
    Story(
      "the time limit asks while it is frozen",
      under: {
        freeze(&$0)
        $0.timeout = .atMost(.seconds(600))
      },
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]),
        .init(.seconds(600), .read(95), [.signalAll(.terminate)]),
      ], leaves: .asked(.timeout, deadline: .after(.seconds(610))), cause: .timeout),
    Story(
      "what the command leaves running is asked while it is frozen", under: freeze,
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]),
        .init(.seconds(96), .commandEnded(.signaled(.kill)), [.signalAll(.terminate)]),
      ], leaves: .asked(.leftover, deadline: .after(.seconds(106)))),
    Story(
      "the warn signal is not sent to a frozen job",
      under: {
        freeze(&$0)
        $0.warnSignal = Signal(number: 10)
        $0.thresholds.warning = .percent(99)
      },
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]),
        .init(.seconds(99), .read(99), [.notify(.warning)]),
      ], leaves: .frozen),
  ])
  func anExhaustedBudgetThatFreezes(_ story: Story) { story.check() }

  @Test func aRaisedBudgetThawsTheJobAndItsThresholdsAreCrossedAnew() {
    var policy = JobPolicy.sample
    policy.onExhausted = .freeze
    var (state, actions) = policy.transition(
      JobState(launched: .launch), on: .read(96), at: .after(.seconds(96)))
    #expect(state.phase == .frozen)
    policy.budget = .atMost(.whole(200))
    (state, actions) = policy.transition(state, on: .read(96), at: .after(.seconds(500)))
    #expect(actions == [.thaw])
    #expect(state.phase == .running)
    #expect(state.crossed.isEmpty)
    (state, actions) = policy.transition(state, on: .read(190), at: .after(.seconds(600)))
    #expect(actions == [.notify(.emergency), .freeze])
    #expect(state.cause == nil)
  }

  @Test func aRaisedBudgetDoesNotTakeBackARequestToStop() {
    var policy = JobPolicy.sample
    var (state, actions) = policy.transition(
      JobState(launched: .launch), on: .read(96), at: .after(.seconds(96)))
    policy.budget = .atMost(.whole(200))
    (state, actions) = policy.transition(state, on: .read(97), at: .after(.seconds(97)))
    #expect(actions.isEmpty)
    #expect(state.phase == .asked(.budget, deadline: .after(.seconds(106))))
  }

  @Test func aThawedJobIsNotTakenForIdle() {
    var policy = JobPolicy.sample
    policy.onExhausted = .freeze
    policy.idleTimeout = .atMost(.seconds(30))
    var (state, actions) = policy.transition(
      JobState(launched: .launch), on: .read(96), at: .after(.seconds(96)))
    for second in 97...500 {
      (state, actions) = policy.transition(state, on: .read(96), at: .after(.seconds(second)))
      #expect(actions.isEmpty)
    }
    policy.budget = .atMost(.whole(2000))
    // Not even when the first reading after the raise fails.
    (state, actions) = policy.transition(state, on: .readingFailed, at: .after(.seconds(540)))
    #expect(actions == [.thaw])
    (state, actions) = policy.transition(state, on: .read(96), at: .after(.seconds(541)))
    #expect(state.phase == .running)
  }
}
