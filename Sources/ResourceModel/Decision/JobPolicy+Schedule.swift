// When to look at a job again: as late as is safe.
//
// With R credits left before the next threshold and at most B credits a second, the threshold cannot be crossed before
// R ÷ B; so that is when the next reading falls. A job that burns at its bound is read twice, one that burns at a fraction
// f of it about log(R) ÷ log(1 ÷ (1 − f)) times, each time nearer to the threshold.
//
// A threshold that only tells or asks may be noticed late by a quarter of the way to the hard one, so that a job that
// sleeps just before it is not read a thousand times a second.

extension JobPolicy {
  /// The shortest time between two samples of memory.
  public static let shortestMemoryInterval: Duration = .milliseconds(10)

  /// When the job has to be looked at again, if nothing happens before; nil once it has ended.
  public func nextWake(_ state: JobState) -> Instant? {
    switch state.phase {
    case .ended: return nil
    case .killed(_, let since):
      // SIGKILL is on its way; where processes are killed by walking, new ones may have come. Ever more patiently.
      let elapsed = max(Duration.zero, state.lookedAt.since(since))
      return state.lookedAt.advanced(by: max(.milliseconds(10), min(elapsed, .seconds(1))))
    case .running, .frozen, .asked: break
    }
    return (deadlines(state) + [nextReading(state)]).min()
  }

  private func deadlines(_ state: JobState) -> [Instant] {
    if case .asked(_, let deadline) = state.phase { return [deadline] }
    return timeout.bound.map { [state.launched.advanced(by: $0)] } ?? []
  }

  private func nextReading(_ state: JobState) -> Instant {
    let intervals = [
      budgetInterval(state), chargeInterval(state), cpuTimeInterval(state), memoryInterval(state),
      processInterval(state),
      workSpaceInterval(state), idleInterval(state),
    ]
    let shortest = OvershootBound.shortestInterval
    var interval = max(shortest, intervals.compactMap { $0 }.min() ?? .seconds(1))
    if state.failedReadings > 0 { interval = min(interval, shortest * (1 << min(state.failedReadings, 8))) }
    return state.lookedAt.advanced(by: interval)
  }

  private func budgetInterval(_ state: JobState) -> Duration? {
    guard let hard = credits(at: .hard) else { return nil }
    let end = hard - margin
    let burn = state.isFrozen ? self.burn.frozen(holding: state.reading.memory) : self.burn
    let used = usedCredits(state, at: state.lookedAt)
    var interval = burn.shortestTime(toBurn: end - used)
    if state.phase == .running {
      for threshold in [Threshold.warning, .emergency] where state.crossed[threshold] == nil {
        guard let credits = credits(at: threshold) else { continue }
        let slack = burn.shortestTime(toBurn: (end - credits).portion(.percent(25)))
        interval = min(interval, max(slack, burn.shortestTime(toBurn: credits - used)))
      }
    }
    guard burn.hasUnboundedMeter else { return interval }
    // What has no ceiling is read at a bounded interval; a job that used no CPU moved nothing either.
    return min(interval, state.progressAt == state.readAt ? .milliseconds(250) : .seconds(1))
  }

  private func chargeInterval(_ state: JobState) -> Duration? {
    guard let charge else { return nil }
    // Only what was read can be booked.
    guard state.failedReadings == 0 else { return BookingShare.idleInterval }
    let burn = state.isFrozen ? self.burn.frozen(holding: state.reading.memory) : self.burn
    let wait = burn.shortestTime(toBurn: charge.at - usedCredits(state, at: state.lookedAt))
    let isIdle = state.isFrozen || state.progressAt != state.readAt
    let least = isIdle ? BookingShare.idleInterval : charge.notBefore.since(state.lookedAt)
    return max(wait, least, BookingShare.shortestReading)
  }

  /// CPU time is asked to a thousandth of its limit, so that a job sleeping just before it is left in peace.
  private func cpuTimeInterval(_ state: JobState) -> Duration? {
    guard state.phase == .running, !state.isFrozen, let limit = cpuTime.bound else { return nil }
    let left = limit - (state.reading.cpuTime ?? .zero)
    let wait = Duration.nanoseconds(
      Int64(clamping: Int128(left.nanoseconds) * 1000 / Int128(max(1, usableCPUs.thousandths))))
    return max(wait, min(limit / 1000, .milliseconds(20)))
  }

  private func memoryInterval(_ state: JobState) -> Duration? {
    guard let memorySampling else { return nil }
    let sampling = min(state.memoryInterval, memorySampling)
    guard let limit = polledMemoryMax else { return sampling }
    // Headroom ÷ growth, at twice the growth that was seen and never less than 256 MiB a second.
    let held = state.reading.memory?.bytes ?? 0
    let headroom = limit.bytes > held ? limit.bytes - held : 0
    let growth = UInt128(max(state.memoryGrowth, 128 << 20)) * 2
    let wait = Duration.microseconds(Int64(clamping: UInt128(headroom) * 1_000_000 / growth))
    return min(sampling, max(.milliseconds(2), min(wait, .milliseconds(250))))
  }

  /// The time in which forks as fast as the CPUs allow could fill what is left of the limit. A job that stands still is looked
  /// at every second, as everything is: were it to start a fork bomb then, it would be killed within that second.
  private func processInterval(_ state: JobState) -> Duration? {
    guard let limit = polledPidsMax else { return nil }
    guard state.progressAt == state.readAt else { return nil }
    let headroom = Int128(max(0, limit - (state.reading.processes ?? 0)))
    // A fork and the child's first steps take a CPU about 100 µs.
    let wait = Duration.microseconds(
      Int64(clamping: headroom * 100 * 1000 / Int128(max(1, usableCPUs.thousandths))))
    return max(.milliseconds(20), min(wait, .milliseconds(500)))
  }

  /// Headroom ÷ growth, at twice the growth that was seen and never less than 256 MiB a second, and twice as often: what one look asks for
  /// the next one has. A job that stands still writes nothing.
  private func workSpaceInterval(_ state: JobState) -> Duration? {
    guard let limit = polledWorkSize, state.progressAt == state.readAt else { return nil }
    let held = state.reading.workSpace?.space.bytes ?? 0
    let headroom = limit.bytes > held ? limit.bytes - held : 0
    let growth = UInt128(max(state.workGrowth, 128 << 20)) * 4
    let wait = Duration.microseconds(Int64(clamping: UInt128(headroom) * 1_000_000 / growth))
    return max(.milliseconds(20), min(wait, fileInterval(state, limit), .milliseconds(500)))
  }

  /// The time in which a CPU could make the files that are left, at a file in 10 µs, and twice as often.
  private func fileInterval(_ state: JobState, _ limit: ByteCount) -> Duration {
    let (most, held) = (WorkSpace.files(in: limit), state.reading.workSpace?.files ?? 0)
    return .microseconds(Int64(clamping: UInt128(most > held ? most - held : 0) * 5))
  }

  func idleInterval(_ state: JobState) -> Duration? {
    guard state.phase == .running, !state.isFrozen, let limit = idleTimeout.bound else { return nil }
    return max(.milliseconds(10), min(limit / 8, .seconds(1)))
  }
}
