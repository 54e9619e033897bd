import ResourceModel
import TestSupport
import Testing

/// The most that a job can burn, and the least time that it takes.
struct BurnBoundTests {
  /// Half a CPU's quota on four CPUs, at a credit a core-second: two periods of 50 ms as a head start.
  private static let quota = BurnBound(
    cpuPerSecond: .thousandths(500), cpuPeakPerSecond: .whole(4), cpuBurst: .thousandths(100))
  private static let memory = BurnBound(
    cpuPerSecond: .whole(2), memoryPerSecond: .whole(8), memoryCeiling: ByteCount(bytes: 8 << 30))

  @Test func allMetersAddUp() {
    let bound = BurnBound(
      cpuPerSecond: .whole(4), memoryPerSecond: .whole(2), memoryCeiling: ByteCount(bytes: 1),
      ioPerSecond: .whole(1))
    #expect(bound.perSecond == .whole(7))
    #expect(bound.peakPerSecond == .whole(7))
    #expect(bound.shortestTime(toBurn: .whole(14)) == .seconds(2))
    #expect(bound.most(in: .seconds(2)) == .whole(14))
  }

  @Test(
    arguments: [
      (.thousandths(4), .milliseconds(1)), (.thousandths(100), .milliseconds(25)),
      (.thousandths(200), .milliseconds(200)),
      (.whole(10), .milliseconds(19_800)),
    ] as [(Credits, Duration)])
  func aQuotaCanBeBurnedAtFullSpeedAtFirst(_ credits: Credits, _ time: Duration) {
    #expect(Self.quota.shortestTime(toBurn: credits) == time)
  }

  @Test(
    arguments: [(.milliseconds(1), 4000), (.milliseconds(25), 100_000), (.seconds(1), 600_000)]
      as [(Duration, Int64)])
  func aQuotaBoundsLongTimes(_ time: Duration, _ microcredits: Int64) {
    #expect(Self.quota.most(in: time).microcredits == microcredits)
  }

  /// Nothing can be burned faster than the shortest time says.
  @Test(arguments: [quota, memory, memory.frozen(holding: ByteCount(bytes: 1 << 30))])
  func theShortestTimeIsNotTooLong(_ bound: BurnBound) {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let credits = Credits(microcredits: random.magnitude(1...1_000_000_000_000))
      let time = bound.shortestTime(toBurn: credits)
      #expect(bound.most(in: time) <= credits + Credits(microcredits: 1))
      #expect(bound.most(in: time + .microseconds(1)) + Credits(microcredits: 10) >= credits)
    }
  }

  @Test func aFrozenJobBurnsTheMemoryThatItHolds() {
    let frozen = Self.memory.frozen(holding: ByteCount(bytes: 1 << 30))
    #expect(frozen.perSecond == .whole(1) + Credits(microcredits: 1))
    #expect(frozen.cpuPerSecond == .zero)
    #expect(frozen.peakPerSecond == frozen.perSecond)
  }

  @Test func aFrozenJobOfUnknownMemoryBurnsTheCeiling() {
    #expect(Self.memory.frozen(holding: nil).perSecond == .whole(8) + Credits(microcredits: 1))
    #expect(Self.memory.frozen(holding: ByteCount(bytes: 1 << 60)).memoryCeiling == Self.memory.memoryCeiling)
  }

  @Test func whatBurnsNothingNeverGetsThere() {
    let nothing = BurnBound(cpuPerSecond: .zero)
    #expect(nothing.shortestTime(toBurn: .whole(1)) == .nanoseconds(Int64.max))
    #expect(nothing.frozen(holding: nil).perSecond == .zero)
  }

  @Test func whatIsAlreadyBurnedTakesNoTime() {
    #expect(Self.memory.shortestTime(toBurn: .zero) == .zero)
    #expect(Self.quota.shortestTime(toBurn: .zero - .whole(3)) == .zero)
  }

  @Test func theEndsOfTheRangeDoNotOverflow() {
    let bound = BurnBound(cpuPerSecond: .max, cpuBurst: .max, memoryPerSecond: .max)
    #expect(bound.most(in: .nanoseconds(Int64.max)) == .max)
    #expect(bound.shortestTime(toBurn: .max) <= .seconds(1))
    #expect(bound.most(in: .seconds(-1)) == .zero)
  }
}
