import ResourceModel
import Testing

/// The burn of the recent past, and the forecast made of it.
struct BurnHistoryTests {
  /// A history of readings at times in milliseconds, with credits in thousandths.
  private static func history(_ readings: [(at: Int64, credits: Int64)]) -> BurnHistory {
    var history = BurnHistory()
    for (time, credits) in readings { history.add(.thousandths(credits), at: .after(.milliseconds(time))) }
    return history
  }

  @Test func aConstantRateIsForetoldExactly() {
    let history = Self.history((0...20).map { ($0 * 1000, $0 * 250) })
    #expect(history.rate == .thousandths(250))
    let forecast = history.forecast(from: .whole(5), to: .whole(95))
    let exact = Duration.seconds(360)
    #expect(forecast == ExhaustionForecast(earliest: exact, expected: exact, latest: exact))
  }

  @Test(arguments: [6, 20, 10_000] as [Int64])
  func theRateIsWhatWasBurnedWhateverIsReserved(budget: Int64) throws {
    // Error 10 of the first system: what was reserved, divided by one hour, was called a rate.
    let history = Self.history((0...20).map { ($0 * 1000, $0 * 250) })
    let forecast = try #require(history.forecast(from: .whole(5), to: .whole(budget)))
    #expect(forecast.expected == .seconds((budget - 5) * 4))
  }

  @Test func aChangingRateIsBracketed() throws {
    // Two credits in one second, half a credit in the next, and so on.
    var credits: Int64 = 0
    let readings = (0...10 as ClosedRange<Int64>).map { second -> (Int64, Int64) in
      if second > 0 { credits += second % 2 == 0 ? 500 : 2000 }
      return (second * 1000, credits)
    }
    let forecast = try #require(
      Self.history(readings).forecast(from: .thousandths(credits), to: .thousandths(credits + 10_000)))
    #expect(forecast.earliest == .seconds(5))
    #expect(forecast.expected == .seconds(8))
    #expect(forecast.latest == .seconds(20))
  }

  @Test func aJobThatSometimesSleepsMayNeverGetThere() throws {
    let history = Self.history([(0, 0), (1000, 1000), (2000, 1000), (3000, 2000)])
    let forecast = try #require(history.forecast(from: .whole(2), to: .whole(4)))
    #expect(forecast.earliest == .seconds(2))
    #expect(forecast.latest == nil)
  }

  @Test(
    arguments: [
      ([], 10), ([(0, 0)], 10), ([(0, 0), (0, 5)], 10), ([(0, 5), (1000, 5)], 10),
      ([(0, 0), (1000, 10_000)], 10),
      ([(0, 0), (1000, 10_000)], 5),
    ] as [([(Int64, Int64)], Int64)])
  func nothingIsForetold(_ readings: [(Int64, Int64)], threshold: Int64) {
    let used = readings.last.map { Credits.thousandths($0.1) } ?? .zero
    #expect(Self.history(readings).forecast(from: used, to: .whole(threshold)) == nil)
  }

  @Test func onlyTheRecentPastCounts() {
    let fast: [(Int64, Int64)] = (0...100).map { ($0 * 1000, $0 * 4000) }
    let slow: [(Int64, Int64)] = (1...60).map { (100_000 + $0 * 1000, 400_000 + $0 * 100) }
    #expect(Self.history(fast + slow).rate == .thousandths(100))
  }

  @Test func aJobThatIsReadRarelyHasARate() {
    #expect(Self.history((0...5).map { ($0 * 100_000, $0 * 50_000) }).rate == .thousandths(500))
  }

  @Test(arguments: [1, 10, 250, 1000, 40_000] as [Int64])
  func itStaysSmallHoweverDenseTheReadingsAre(milliseconds: Int64) {
    var history = BurnHistory()
    var largest = 0
    for index in 0..<40_000 as Range<Int64> {
      history.add(.thousandths(index * milliseconds), at: .after(.milliseconds(index * milliseconds)))
      largest = max(largest, history.count)
    }
    #expect(largest <= 32)
    #expect(history.rate == .whole(1))
  }

  @Test func aFewReadingsInAYoungJobAreEnough() {
    #expect(Self.history([(0, 0), (10, 10)]).rate == .whole(1))
    #expect(Self.history([(0, 0), (10, 10), (30, 50)]).rate == Credits(microcredits: 1_666_666))
  }

  @Test func hugeAmountsAndLongTimesDoNotOverflow() throws {
    var history = BurnHistory()
    history.add(.zero, at: Instant(nanoseconds: 0))
    history.add(.max, at: Instant(nanoseconds: 1))
    #expect(history.rate == .max)
    var slow = BurnHistory()
    slow.add(.zero, at: Instant(nanoseconds: 0))
    slow.add(Credits(microcredits: 1), at: Instant(nanoseconds: 900_000_000))
    let forecast = try #require(slow.forecast(from: .zero, to: .max))
    #expect(forecast.expected == .nanoseconds(Int64.max))
  }
}
