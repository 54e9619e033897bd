import ResourceModel
import Testing

/// When a job is looked at: as late as is safe.
struct ScheduleTests {
  /// The wait after a single event at `at`.
  private static func wait(
    _ policy: JobPolicy, after event: JobEvent = .read(0), at time: Duration = .seconds(1)
  ) throws -> Duration {
    let state = policy.transition(JobState(launched: .launch), on: event, at: .after(time)).state
    return try #require(policy.nextWake(state)).since(.after(time))
  }

  @Test func aNewJobIsLookedAtWhenItCouldReachTheFirstThreshold() throws {
    let wake = try #require(JobPolicy.sample.nextWake(JobState(launched: .launch)))
    // 80 credits at a credit and a micro-credit a second: the bound is rounded up.
    #expect((Duration.milliseconds(79_999)...Duration.seconds(80)).contains(wake.since(.launch)))
  }

  @Test func moreCPUsShortenTheWait() throws {
    let wake = try #require(JobPolicy.planned(cpus: 4).nextWake(JobState(launched: .launch)))
    #expect((Duration.milliseconds(19_999)...Duration.seconds(20)).contains(wake.since(.launch)))
  }

  @Test func aJobThatSleepsJustBeforeAThresholdIsLeftInPeace() throws {
    let wait = try Self.wait(.sample, after: .read(thousandths: 94_999))
    #expect(wait > .milliseconds(1200), "a quarter of the way from the emergency threshold to the hard one")
  }

  @Test func noWaitIsShorterThanAMillisecond() throws {
    var policy = JobPolicy.sample
    policy.grace = .seconds(3600)
    var state = policy.transition(JobState(launched: .launch), on: .read(95), at: .after(.seconds(95))).state
    state = policy.transition(state, on: .read(thousandths: 99_995), at: .after(.seconds(100))).state
    #expect(policy.nextWake(state)?.since(.after(.seconds(100))) == .milliseconds(1))
  }

  @Test func aDeadlineIsNotSleptThrough() throws {
    var policy = JobPolicy.sample
    policy.timeout = .atMost(.seconds(30))
    #expect(try Self.wait(policy) == .seconds(29))
    #expect(try Self.wait(policy, after: .stopRequested) == .seconds(10))
  }

  @Test func aFrozenJobBurnsOnlyTheMemoryThatItHolds() throws {
    var policy = JobPolicy.planned(memory: 8 << 30, prices: .standard)
    policy.onExhausted = .freeze
    policy.memorySampling = nil
    let reading = JobReading(credits: .whole(95), cpuTime: .seconds(95), memory: ByteCount(bytes: 1 << 30))
    let wait = try Self.wait(policy, after: .reading(reading))
    // 4.996 credits at 0.134 credits a second for the GiB; at full burn it would be 2.4 seconds.
    #expect((Duration.seconds(36)...Duration.seconds(38)).contains(wait))
  }

  @Test func aJobJustFrozenIsLookedAtSoonForTheMemoryThatItHolds() throws {
    var policy = JobPolicy.planned(memory: 8 << 30, prices: .standard)
    policy.onExhausted = .freeze
    policy.memorySampling = .seconds(1)
    var state = JobState(launched: .launch)
    for second in 90...95 as ClosedRange<Int64> {
      let reading = JobReading(
        credits: .whole(second), cpuTime: .seconds(second), memory: ByteCount(bytes: 1 << 30))
      state = policy.transition(state, on: .reading(reading), at: .after(.seconds(second))).state
    }
    #expect(state.phase == .frozen)
    #expect(policy.nextWake(state)?.since(.after(.seconds(95))) == JobPolicy.shortestMemoryInterval)
  }

  @Test func memoryIsSampledDenselyWhileItMovesAndRarelyWhileItStands() throws {
    var policy = JobPolicy.sample
    policy.memorySampling = .seconds(1)
    var state = JobState(launched: .launch)
    var now = Instant.launch
    func sample(_ bytes: UInt64) throws -> Duration {
      let reading = JobReading(credits: .zero, cpuTime: .zero, memory: ByteCount(bytes: bytes))
      state = policy.transition(state, on: .reading(reading), at: now).state
      return try #require(policy.nextWake(state)).since(now)
    }
    var waits: [Duration] = []
    for _ in 0..<10 {
      now = now.advanced(by: .seconds(1))
      waits.append(try sample(1 << 30))
    }
    #expect(waits == [10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000].map { .milliseconds($0) })
    now = now.advanced(by: .seconds(1))
    #expect(try sample(2 << 30) == .milliseconds(500))
  }

  @Test func polledMemoryIsLookedAtBeforeItCouldFillItsHeadroom() throws {
    var policy = JobPolicy.sample
    policy.polledMemoryMax = ByteCount(bytes: 2 << 30)
    policy.memorySampling = .seconds(1)
    var state = JobState(launched: .launch)
    for (milliseconds, mebibytes) in [(1000, 1024), (1100, 1536)] as [(Int64, UInt64)] {
      let reading = JobReading(credits: .zero, memory: ByteCount(bytes: mebibytes << 20))
      state = policy.transition(state, on: .reading(reading), at: .after(.milliseconds(milliseconds))).state
    }
    // 512 MiB left, filled with 5 GiB a second at the last look: half of the 100 ms that it takes.
    let wait = try #require(policy.nextWake(state)).since(.after(.milliseconds(1100)))
    #expect(wait <= .milliseconds(50))
  }

  @Test(
    "polled processes are looked at before forks at full speed could fill the headroom",
    arguments: [(4096, 1, 4000, 102), (4096, 1, 1000, 409), (4096, 4000, 1000, 20), (1 << 40, 1, 1000, 500)]
      as [(Int64, Int64, Int64, Int64)])
  func processes(limit: Int64, now: Int64, thousandths: Int64, milliseconds: Int64) throws {
    var policy = JobPolicy.sample
    (policy.budget, policy.polledPidsMax) = (.unlimited, limit)
    policy.usableCPUs = CPUCount(thousandths: thousandths)
    let state = JobState(launched: .launch)
    func wait(_ cpuTime: Duration, after state: JobState) throws -> (JobState, Duration) {
      let reading = JobReading(credits: .zero, cpuTime: cpuTime, processes: now)
      let next = policy.transition(state, on: .reading(reading), at: state.readAt.advanced(by: .seconds(1)))
        .state
      return (next, try #require(policy.nextWake(next)).since(next.readAt))
    }
    let (busy, interval) = try wait(.seconds(1), after: state)
    #expect(interval.nanoseconds / 1_000_000 == milliseconds)
    #expect(try wait(.seconds(1), after: busy).1 == .seconds(1), "it stands still")
  }

  private static func space(_ bytes: UInt64, files: UInt64 = 1) -> WorkSpace {
    WorkSpace(space: ByteCount(bytes: bytes), files: files)
  }

  @Test(
    "a polled work directory is looked at before a CPU could make the files that are left, twice over",
    arguments: [(0, 500), (4096 << 10, 500), ((8192 << 10) - 16_000, 80), (8192 << 10, 20)]
      as [(UInt64, Int64)])
  func filesInAWorkDirectory(files: UInt64, milliseconds: Int64) throws {
    var policy = JobPolicy.sample
    // 8 GiB: of 8,388,608 files, with room for its growth at any rate.
    (policy.budget, policy.polledWorkSize) = (.unlimited, ByteCount(bytes: 8 << 30))
    let reading = JobReading(
      credits: .zero, cpuTime: .seconds(1), workSpace: Self.space(0, files: files))
    let state = policy.transition(JobState(launched: .launch), on: .reading(reading), at: .after(.seconds(1)))
      .state
    let wait = try #require(policy.nextWake(state)).since(.after(.seconds(1)))
    #expect(wait.nanoseconds / 1_000_000 == milliseconds)
  }

  @Test(
    "a polled work directory is looked at before its growth could fill the headroom twice over",
    arguments: [
      // Headroom in MiB, growth in MiB a second, and the wait in milliseconds.
      (1 << 20, 0, 500), (64, 0, 125), (1, 0, 20), (64, 1024, 20), (512, 1024, 125),
    ] as [(UInt64, UInt64, Int64)])
  func workDirectory(headroom: UInt64, growth: UInt64, milliseconds: Int64) throws {
    var policy = JobPolicy.sample
    (policy.budget, policy.polledWorkSize) = (.unlimited, ByteCount(bytes: 1 << 45))
    var state = JobState(launched: .launch)
    let held = (1 << 45) - headroom << 20
    for (second, bytes) in [(1, held - growth << 20), (2, held)] as [(Int64, UInt64)] {
      let reading = JobReading(
        credits: .zero, cpuTime: .seconds(second), workSpace: Self.space(bytes))
      state = policy.transition(state, on: .reading(reading), at: .after(.seconds(second))).state
    }
    let wait = try #require(policy.nextWake(state)).since(.after(.seconds(2)))
    #expect(wait.nanoseconds / 1_000_000 == milliseconds)
    let still = JobReading(credits: .zero, cpuTime: .seconds(2), workSpace: Self.space(held))
    state = policy.transition(state, on: .reading(still), at: .after(.seconds(3))).state
    #expect(try #require(policy.nextWake(state)).since(.after(.seconds(3))) == .seconds(1), "it stands still")
  }

  @Test(arguments: [1, 500, 1500, 4000] as [Int64])
  func theLongestCPUTimeLimitDoesNotOverflow(thousandths: Int64) throws {
    var policy = JobPolicy.sample
    policy.budget = .unlimited
    policy.usableCPUs = CPUCount(thousandths: thousandths)
    policy.cpuTime = .atMost(.nanoseconds(Int64.max))
    #expect(try Self.wait(policy) > .seconds(3600))
  }

  @Test func aJobThatIsBeingKilledIsLookedAtEverMorePatiently() throws {
    var policy = JobPolicy.sample
    policy.grace = .zero
    var state = policy.transition(JobState(launched: .launch), on: .read(95), at: .after(.seconds(95))).state
    var waits: [Duration] = []
    var now = Instant.after(.seconds(95))
    for _ in 0..<10 {
      let wake = try #require(policy.nextWake(state))
      waits.append(wake.since(now))
      now = wake
      state = policy.transition(state, on: .read(95), at: now).state
    }
    #expect(waits == [10, 10, 20, 40, 80, 160, 320, 640, 1000, 1000].map { .milliseconds($0) })
  }
}
