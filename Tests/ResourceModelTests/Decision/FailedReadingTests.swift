import ResourceModel
import Testing

/// A job whose counters can't be read is taken to burn as much as it can.
struct FailedReadingTests {
  @Test(arguments: [
    Story(
      "far from the thresholds nothing happens",
      [.init(.seconds(10), .read(10)), .init(.seconds(20), .readingFailed)], leaves: .running),
    Story(
      "asked when it could have reached the emergency threshold",
      [
        .init(.seconds(10), .read(10)), .init(.milliseconds(94_999), .readingFailed),
        .init(.seconds(95), .readingFailed, [.notify(.emergency), .signalAll(.terminate)]),
      ], leaves: .asked(.budget, deadline: .after(.seconds(105))), cause: .budget),
    Story(
      "killed when it could have reached the hard threshold",
      [
        .init(.seconds(10), .read(10)),
        .init(.seconds(100), .readingFailed, [.notify(.hard), .kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(100))), cause: .budget),
    Story(
      "other events count the burn as well",
      [
        .init(.seconds(10), .readingFailed),
        .init(
          .seconds(100), .forwarded(.resume),
          [.signalCommand(.resume), .notify(.hard), .kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(100))), cause: .budget),
    Story(
      "a reading sets right what was assumed",
      [
        .init(.seconds(90), .readingFailed), .init(.seconds(91), .read(1)), .init(.seconds(100), .read(2)),
      ], leaves: .running),
    Story(
      "nobody is warned of what is only assumed, and warned once of what is read",
      [
        .init(.seconds(85), .readingFailed), .init(.seconds(86), .read(79)),
        .init(.seconds(87), .read(80), [.notify(.warning)]), .init(.seconds(88), .readingFailed),
        .init(.seconds(89), .read(81)),
      ], leaves: .running),
    Story(
      "a freeze that was only assumed to be due ends with the next reading",
      under: { $0.onExhausted = .freeze },
      [
        .init(.seconds(95), .readingFailed, [.notify(.emergency), .freeze]),
        .init(.seconds(96), .read(1), [.thaw]),
      ], leaves: .running),
    Story(
      "without a budget nothing is assumed", under: { $0.budget = .unlimited },
      [.init(.seconds(1_000_000), .readingFailed)], leaves: .running),
  ])
  func aFailedReading(_ story: Story) { story.check() }

  @Test func itIsTriedAgainSoonAndThenEverMorePatiently() throws {
    let policy = JobPolicy.sample
    var state = JobState(launched: .launch)
    var now = Instant.after(.seconds(1))
    var waits: [Duration] = []
    for _ in 0..<12 {
      state = policy.transition(state, on: .readingFailed, at: now).state
      let wake = try #require(policy.nextWake(state))
      waits.append(wake.since(now))
      now = wake
    }
    #expect(waits == [2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256, 256].map { .milliseconds($0) })
  }

  /// What is left is what may be left at the failed reading, not what was left at the last good one.
  @Test func theWaitEndsWhenTheThresholdCouldBeReached() throws {
    let policy = JobPolicy.sample
    var (state, _) = policy.transition(JobState(launched: .launch), on: .read(90), at: .after(.seconds(90)))
    for milliseconds in [94_000, 94_500, 94_900, 94_950] {
      (state, _) = policy.transition(state, on: .readingFailed, at: .after(.milliseconds(milliseconds)))
    }
    state = policy.transition(state, on: .readingFailed, at: .after(.seconds(95))).state
    for milliseconds in [95_001, 97_000, 99_000, 99_900, 99_970] {
      (state, _) = policy.transition(state, on: .readingFailed, at: .after(.milliseconds(milliseconds)))
    }
    let wake = try #require(policy.nextWake(state))
    #expect(wake <= .after(.milliseconds(99_996)))
  }
}
