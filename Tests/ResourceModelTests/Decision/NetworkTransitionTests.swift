import ResourceModel
import Testing

/// What becomes of a job whose packets the kernel refuses.
struct NetworkTransitionTests {
  private static func refused(_ credits: Int64, bytes: Bool = false, credits isOutOfCredits: Bool = false)
    -> JobEvent
  {
    var reading = JobReading(credits: .whole(credits), cpuTime: .seconds(credits))
    reading.isOutOfBytes = bytes
    reading.isOutOfCredits = isOutOfCredits
    return .reading(reading)
  }

  @Test(arguments: [
    Story(
      "for want of bytes it is asked to stop, whatever it may still spend",
      [.init(.seconds(1), refused(1, bytes: true), [.signalAll(.terminate)])],
      leaves: .asked(.network, deadline: .after(.seconds(11))), cause: .network),
    Story(
      "for want of credits too, though the packet that was too large leaves a little below every threshold",
      [.init(.seconds(60), refused(60, credits: true), [.signalAll(.terminate)])],
      leaves: .asked(.budget, deadline: .after(.seconds(70))), cause: .budget),
    Story(
      "it is frozen instead where that was asked for, and goes on once it has more",
      under: { $0.onExhausted = .freeze },
      [
        .init(.seconds(60), refused(60, credits: true), [.freeze]),
        .init(.seconds(61), refused(60, credits: true)), .init(.seconds(62), refused(60), [.thaw]),
      ], leaves: .running),
    Story(
      "what waits for its account to give more is left in peace", under: { $0.backing = .whole(61) },
      [.init(.seconds(60), refused(60, credits: true))], leaves: .running),
    Story(
      "until that has nothing more",
      under: {
        $0.backing = .whole(70)
        $0.isBackingFinal = true
      }, [.init(.seconds(50), refused(50, credits: true), [.signalAll(.terminate)])],
      leaves: .asked(.budget, deadline: .after(.seconds(60))), cause: .budget),
    Story(
      "a job that is asked to stop is not asked again",
      [
        .init(.seconds(1), refused(1, bytes: true), [.signalAll(.terminate)]),
        .init(.seconds(2), refused(2, bytes: true, credits: true)),
      ], leaves: .asked(.network, deadline: .after(.seconds(11))), cause: .network),
  ])
  func refusal(_ story: Story) { story.check() }
}
