import ResourceModel
import Testing

/// What somebody who looks after a running job asks for: that it stands still, goes on, or is killed.
struct HoldTransitionTests {
  @Test(arguments: [
    Story(
      "a job that is frozen stands still until it is thawed",
      [.init(.seconds(1), .freezeRequested, [.freeze]), .init(.seconds(9), .thawRequested, [.thaw])],
      leaves: .running),
    Story(
      "asked twice, it is frozen once and thawed once",
      [
        .init(.seconds(1), .freezeRequested, [.freeze]), .init(.seconds(2), .freezeRequested),
        .init(.seconds(3), .thawRequested, [.thaw]), .init(.seconds(4), .thawRequested),
      ], leaves: .running),
    Story(
      "a job that nobody froze is not thawed", [.init(.seconds(1), .thawRequested)], leaves: .running),
    Story(
      "thawing does not let a job go on whose budget is used up", under: { $0.onExhausted = .freeze },
      [
        .init(.seconds(1), .freezeRequested, [.freeze]),
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]), .init(.seconds(96), .thawRequested),
      ], leaves: .frozen),
    Story(
      "more budget does not let a job go on that somebody froze", under: { $0.onExhausted = .freeze },
      [
        .init(.seconds(1), .freezeRequested, [.freeze]),
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]), .init(.seconds(96), .read(20)),
        .init(.seconds(97), .thawRequested, [.thaw]),
      ], leaves: .running),
    Story(
      "a resumption does not let a job go on that somebody froze",
      [
        .init(.seconds(1), .freezeRequested, [.freeze]),
        .init(.seconds(2), .suspended, [.freeze, .suspendSelf]), .init(.seconds(3), .resumed),
      ], leaves: .running),
    Story(
      "a frozen job is no idle job", under: { $0.idleTimeout = .atMost(.seconds(5)) },
      [
        .init(.seconds(1), .freezeRequested, [.freeze]), .init(.seconds(60), .read(1)),
        .init(.seconds(61), .thawRequested, [.thaw]), .init(.seconds(62), .read(1)),
      ], leaves: .running),
    Story(
      "a frozen job that has to stop gets its grace, thawed by the request",
      under: { $0.timeout = .atMost(.seconds(60)) },
      [
        .init(.seconds(1), .freezeRequested, [.freeze]),
        .init(.seconds(60), .read(1), [.signalAll(.terminate)]), .init(.seconds(61), .thawRequested),
      ], leaves: .asked(.timeout, deadline: .after(.seconds(70))), cause: .timeout),
    Story(
      "a job that stops is not frozen",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]), .init(.seconds(2), .freezeRequested),
      ], leaves: .asked(.request, deadline: .after(.seconds(11))), cause: .request),
    Story(
      "a job is killed without grace",
      [.init(.seconds(1), .killRequested, [.kill])],
      leaves: .killed(.request, since: .after(.seconds(1))), cause: .request),
    Story(
      "a job that stops is killed at once, for what it was asked to stop for",
      under: { $0.timeout = .atMost(.seconds(60)) },
      [
        .init(.seconds(60), .read(1), [.signalAll(.terminate)]), .init(.seconds(61), .killRequested, [.kill]),
      ], leaves: .killed(.request, since: .after(.seconds(61))), cause: .timeout),
  ])
  func aRequest(_ story: Story) { story.check() }

  @Test func whatAFrozenJobBurnsIsItsMemory() {
    let policy = JobPolicy.sample
    var state = JobState(launched: .launch)
    let running = policy.nextWake(state)
    (state, _) = policy.transition(state, on: .freezeRequested, at: .launch)
    state.memoryInterval = .seconds(1)
    #expect(policy.nextWake(state).map { frozen in running.map { frozen >= $0 } ?? false } == true)
    #expect(state.standing == .frozen)
  }
}
