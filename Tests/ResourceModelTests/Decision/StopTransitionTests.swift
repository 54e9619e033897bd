import ResourceModel
import Testing

/// How a job is stopped: the other limits, the grace, and the end of the command.
struct StopTransitionTests {
  private static func polled(_ memory: UInt64, _ processes: Int64) -> JobEvent {
    .reading(
      JobReading(
        credits: .whole(1), cpuTime: .seconds(1), memory: ByteCount(bytes: memory), processes: processes))
  }

  private static func working(_ bytes: UInt64, files: UInt64 = 1) -> JobEvent {
    let held = WorkSpace(space: ByteCount(bytes: bytes), files: files)
    return .reading(JobReading(credits: .whole(1), cpuTime: .seconds(1), workSpace: held))
  }

  private static func stalled(_ time: Duration) -> JobEvent {
    .reading(JobReading(credits: .whole(1), cpuTime: .seconds(1), memoryStalled: time))
  }

  @Test(arguments: [
    Story(
      "wall time: asked at its very value", under: { $0.timeout = .atMost(.seconds(30)) },
      [
        .init(.milliseconds(29_999), .read(1)),
        .init(.seconds(30), .read(2), [.signalAll(.terminate)]),
      ], leaves: .asked(.timeout, deadline: .after(.seconds(40))), cause: .timeout),
    Story(
      "CPU time: asked at its very value", under: { $0.cpuTime = .atMost(.seconds(3)) },
      [
        .init(.seconds(30), .read(thousandths: 2999)),
        .init(.seconds(31), .read(3), [.signalAll(.terminate)]),
      ], leaves: .asked(.cpuTime, deadline: .after(.seconds(41))), cause: .cpuTime),
    Story(
      "no CPU progress: asked after so long without", under: { $0.idleTimeout = .atMost(.seconds(2)) },
      [.init(.milliseconds(250), .read(1))]
        + (2...8).map { Story.Step(.milliseconds($0 * 250), .read(1)) }
        + [Story.Step(.milliseconds(2250), .read(1), [.signalAll(.terminate)])],
      leaves: .asked(.idle, deadline: .after(.milliseconds(12_250))), cause: .idle),
    Story(
      "any CPU progress starts the idle time anew", under: { $0.idleTimeout = .atMost(.seconds(2)) },
      (1...8).map { Story.Step(.milliseconds($0 * 250), .read(1)) }
        + (9...16).map { Story.Step(.milliseconds($0 * 250), .read(thousandths: 1001)) },
      leaves: .running),
    Story(
      "a job whose CPU time is unmeasured is not called idle",
      under: { $0.idleTimeout = .atMost(.seconds(2)) },
      (1...40).map { Story.Step(.milliseconds($0 * 250), .reading(JobReading(credits: .zero))) },
      leaves: .running),
    Story(
      "a busy job whose last tick is not counted yet is not called idle",
      under: { $0.idleTimeout = .atMost(.milliseconds(1)) },
      [.init(.milliseconds(20), .read(1)), .init(.milliseconds(24), .read(1))], leaves: .running),
    Story(
      "time in which nobody watched is not idle time", under: { $0.idleTimeout = .atMost(.seconds(60)) },
      [.init(.seconds(1), .read(1)), .init(.seconds(7200), .read(1)), .init(.seconds(7201), .read(1))],
      leaves: .running),
    Story(
      "a request of the embedding program", [.init(.seconds(5), .stopRequested, [.signalAll(.terminate)])],
      leaves: .asked(.request, deadline: .after(.seconds(15))), cause: .request),
    Story(
      "stopping twice is stopping once",
      [
        .init(.seconds(5), .stopRequested, [.signalAll(.terminate)]), .init(.seconds(6), .stopRequested),
      ], leaves: .asked(.request, deadline: .after(.seconds(15))), cause: .request),
    Story(
      "the first cause stays",
      under: {
        $0.timeout = .atMost(.seconds(30))
        $0.cpuTime = .atMost(.seconds(30))
      },
      [
        .init(.seconds(29), .stopRequested, [.signalAll(.terminate)]), .init(.seconds(31), .read(31)),
        .init(.seconds(39), .read(39), [.kill]),
      ], leaves: .killed(.request, since: .after(.seconds(39))), cause: .request),
    Story(
      "polled memory is killed above the limit, not at it",
      under: { $0.polledMemoryMax = ByteCount(bytes: 1000) },
      [.init(.seconds(1), polled(1000, 1)), .init(.seconds(2), polled(1001, 1), [.kill])],
      leaves: .killed(.memory, since: .after(.seconds(2))), cause: .memory),
    Story(
      "polled processes are killed above the limit, not at it", under: { $0.polledPidsMax = 10 },
      [.init(.seconds(1), polled(1, 10)), .init(.seconds(2), polled(1, 11), [.kill])],
      leaves: .killed(.processes, since: .after(.seconds(2))), cause: .processes),
    Story(
      "a polled work directory is killed for above its size, not at it",
      under: { $0.polledWorkSize = ByteCount(bytes: 1000) },
      [.init(.seconds(1), working(1000)), .init(.seconds(2), working(1001), [.kill])],
      leaves: .killed(.workSize, since: .after(.seconds(2))), cause: .workSize),
    Story(
      "so it is above the number of files that belongs to its size, empty ones too",
      under: { $0.polledWorkSize = ByteCount(bytes: 8 << 20) },
      [.init(.seconds(1), working(0, files: 8192)), .init(.seconds(2), working(0, files: 8193), [.kill])],
      leaves: .killed(.workSize, since: .after(.seconds(2))), cause: .workSize),
    Story(
      "a limit that the kernel holds is not enforced twice", [.init(.seconds(1), polled(1 << 50, 1 << 50))],
      leaves: .running),
    Story(
      "polled memory kills within the grace, and the first cause stays",
      under: { $0.polledMemoryMax = ByteCount(bytes: 1000) },
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]),
        .init(.seconds(2), polled(1001, 1), [.kill]),
      ], leaves: .killed(.memory, since: .after(.seconds(2))), cause: .request),
    Story(
      "polled memory kills a frozen job",
      under: {
        $0.polledMemoryMax = ByteCount(bytes: 1000)
        $0.onExhausted = .freeze
      },
      [
        .init(.seconds(95), .read(95), [.notify(.emergency), .freeze]),
        .init(
          .seconds(96), .reading(JobReading(credits: .whole(95), memory: ByteCount(bytes: 1001))), [.kill]),
      ], leaves: .killed(.memory, since: .after(.seconds(96))), cause: .memory),
    Story(
      "a job that waits for memory all the time is stuck at memory.high",
      [
        .init(.seconds(1), stalled(.zero)), .init(.seconds(30), stalled(.seconds(29))),
        .init(.seconds(31), stalled(.seconds(27)), [.signalAll(.terminate)]),
      ], leaves: .asked(.memory, deadline: .after(.seconds(41))), cause: .memory),
    Story(
      "a job that waits for memory half of the time is slow",
      (1...10).map { .init(.seconds($0 * 30), stalled(.seconds($0 * 20))) }, leaves: .running),
    Story(
      "time in suspension is not time in which a job was stuck",
      [
        .init(.seconds(1), stalled(.seconds(1))), .init(.seconds(20), .suspended, [.freeze, .suspendSelf]),
        .init(.seconds(90), .resumed, [.thaw]), .init(.seconds(91), stalled(.seconds(90))),
        .init(.seconds(93), stalled(.seconds(92))),
      ], leaves: .running),
  ])
  func aLimitOrARequest(_ story: Story) { story.check() }

  @Test(arguments: [
    Story(
      "before the deadline it is left to the job",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]),
        .init(.nanoseconds(10_999_999_999), .read(1)),
      ], leaves: .asked(.request, deadline: .after(.seconds(11))), cause: .request),
    Story(
      "at the deadline it is killed",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]), .init(.seconds(11), .read(1), [.kill]),
      ], leaves: .killed(.request, since: .after(.seconds(11))), cause: .request),
    Story(
      "at the deadline it is killed though nothing can be read",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]),
        .init(.seconds(11), .readingFailed, [.kill]),
      ], leaves: .killed(.request, since: .after(.seconds(11))), cause: .request),
    Story(
      "without a grace it is killed at once", under: { $0.grace = .zero },
      [.init(.seconds(1), .stopRequested, [.kill])],
      leaves: .killed(.request, since: .after(.seconds(1))), cause: .request),
    Story(
      "without a grace the emergency threshold kills", under: { $0.grace = .zero },
      [.init(.seconds(95), .read(95), [.notify(.emergency), .kill])],
      leaves: .killed(.budget, since: .after(.seconds(95))), cause: .budget),
    Story(
      "SIGKILL is repeated until no process is left", under: { $0.grace = .zero },
      [
        .init(.seconds(1), .stopRequested, [.kill]), .init(.seconds(2), .read(1), [.kill]),
        .init(.seconds(3), .readingFailed, [.kill]), .init(.seconds(4), .emptied, [.settle]),
      ], leaves: .ended, cause: .request),
  ])
  func theGrace(_ story: Story) { story.check() }

  @Test(arguments: [
    Story(
      "what it leaves running is asked to stop, without a cause",
      [.init(.seconds(1), .commandEnded(.exited(0)), [.signalAll(.terminate)])],
      leaves: .asked(.leftover, deadline: .after(.seconds(11)))),
    Story(
      "what it leaves running is killed after the grace, without a cause",
      [
        .init(.seconds(1), .commandEnded(.exited(0)), [.signalAll(.terminate)]),
        .init(.seconds(11), .read(1), [.kill]),
      ], leaves: .killed(.leftover, since: .after(.seconds(11)))),
    Story(
      "what it leaves running is killed at once without a grace", under: { $0.grace = .zero },
      [.init(.seconds(1), .commandEnded(.exited(0)), [.kill])],
      leaves: .killed(.leftover, since: .after(.seconds(1)))),
    Story(
      "the budget still holds for what it leaves running",
      [
        .init(.seconds(1), .commandEnded(.exited(0)), [.signalAll(.terminate)]),
        .init(.seconds(5), .read(100), [.notify(.hard), .kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(5)))),
    Story(
      "with `wait all` what it leaves running runs on", under: { $0.waitPolicy = .all },
      [.init(.seconds(1), .commandEnded(.exited(0))), .init(.seconds(9), .read(9))], leaves: .running),
    Story(
      "with `wait all` the limits still hold, without a cause",
      under: {
        $0.waitPolicy = .all
        $0.timeout = .atMost(.seconds(9))
      },
      [
        .init(.seconds(1), .commandEnded(.exited(0))), .init(.seconds(9), .read(9), [.signalAll(.terminate)]),
        .init(.seconds(19), .read(9), [.kill]),
      ], leaves: .killed(.timeout, since: .after(.seconds(19)))),
    Story(
      "after a request the cause and the deadline stay",
      [
        .init(.seconds(1), .stopRequested, [.signalAll(.terminate)]),
        .init(.seconds(2), .commandEnded(.exited(0))),
      ], leaves: .asked(.request, deadline: .after(.seconds(11))), cause: .request),
    Story(
      "after SIGKILL nothing is asked any more", under: { $0.grace = .zero },
      [
        .init(.seconds(1), .stopRequested, [.kill]),
        .init(.seconds(1), .commandEnded(.signaled(.kill)), [.kill]),
      ], leaves: .killed(.request, since: .after(.seconds(1))), cause: .request),
    Story(
      "with no process left the job is settled", [.init(.seconds(1), .emptied, [.settle])], leaves: .ended),
  ])
  func theEndOfTheCommand(_ story: Story) { story.check() }
}
