import ResourceModel
import Testing

/// How often a job is looked at: what watching costs.
struct LookCountTests {
  /// Looks at a job that burns so many thousandths of a credit a second and holds 1 GiB, until it is stopped, or for an hour.
  private static func looks(_ policy: JobPolicy, burning rate: Int64) throws -> Int {
    var state = JobState(launched: .launch)
    for count in 0..<100_000 {
      let wake = try #require(policy.nextWake(state))
      guard state.phase == .running, wake < .after(.seconds(3600)) else { return count }
      let used = Credits(microcredits: rate * wake.since(.launch).microseconds / 1000)
      let reading = JobReading(
        credits: used, cpuTime: .microseconds(used.microcredits), memory: ByteCount(bytes: 1 << 30))
      state = policy.transition(state, on: .reading(reading), at: wake).state
    }
    Issue.record("looked at without end")
    return .max
  }

  private static func policy(cpus: Int64, memorySampling: Duration? = nil) -> JobPolicy {
    var policy = JobPolicy.planned(cpus: cpus) { $0.budget = .atMost(.credits(.whole(500))) }
    policy.memorySampling = memorySampling
    return policy
  }

  @Test func aJobAtItsBoundIsLookedAtOnceForEachThreshold() throws {
    #expect(try Self.looks(Self.policy(cpus: 1), burning: 1000) <= 4)
  }

  @Test(arguments: [(2, 14), (4, 30), (16, 120)] as [(Int64, Int)])
  func aJobBelowItsBoundIsLookedAtALogarithmOfTimes(cpus: Int64, most: Int) throws {
    let looks = try Self.looks(Self.policy(cpus: cpus), burning: 1000)
    #expect(looks <= most)
  }

  @Test func aSleepingJobIsLookedAtRarely() throws {
    #expect(
      try Self.looks(Self.policy(cpus: 4), burning: 0) <= 40, "an hour, and 100 s to the first threshold")
  }

  /// 500 credits at one a second: a sample of memory each second, seven more at the start, and the looks at the budget.
  @Test func steadyMemoryIsSampledOnceASecond() throws {
    #expect(try Self.looks(Self.policy(cpus: 1, memorySampling: .seconds(1)), burning: 1000) <= 475 + 7 + 4)
  }
}
