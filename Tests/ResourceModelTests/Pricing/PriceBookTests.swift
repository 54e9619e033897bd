import ResourceModel
import TestSupport
import Testing

@Suite("A price book's times, priorities and money")
struct PriceBookTests {
  private func book(_ periods: [PricePeriod], offset: Int64 = 0) -> PriceBook {
    var book = PriceBook(name: "test", currency: "USD", creditPrice: Money(picounits: 6_058_775), rates: [:])
    book.periods = periods
    book.utcOffset = offset
    return book
  }

  private let half = Multiplier(millionths: 500_000)
  private let double = Multiplier(millionths: 2_000_000)

  @Test(
    arguments: [
      // Seconds since 1970-01-01 00:00 UTC, offset in minutes, whether 22:00 to 06:00 holds there.
      (0, 0, true), (6 * 3600 - 1, 0, true), (6 * 3600, 0, false), (22 * 3600 - 1, 0, false),
      (22 * 3600, 0, true),
      (86_400 * 20_000 + 3600, 0, true), (-1, 0, true), (-2 * 3600 - 1, 0, false),
      // 05:00 UTC is 00:00 at -05:00, 06:00 at +01:00; 21:30 UTC is 03:00 at +05:30.
      (5 * 3600, -300, true), (5 * 3600, 60, false), (77_400, 330, true), (11 * 3600, -300, false),
      (11 * 3600 - 1, -300, true), (8 * 3600, 14 * 60, true), (10 * 3600, -12 * 60, true),
    ] as [(Int64, Int64, Bool)])
  func aPeriodAcrossMidnightHoldsByTheBooksClock(seconds: Int64, offset: Int64, holds: Bool) {
    let book = book([PricePeriod(start: 22 * 60, end: 6 * 60, multiplier: half)], offset: offset)
    #expect(book.multiplier(at: WallTime(seconds: seconds), priority: .normal) == (holds ? half : .one))
  }

  @Test func theFirstPeriodThatHoldsCounts() {
    let book = book([
      PricePeriod(start: 60, end: 120, multiplier: double), PricePeriod(start: 0, end: 720, multiplier: half),
    ])
    #expect(book.multiplier(at: WallTime(seconds: 90 * 60), priority: .normal) == double)
    #expect(book.multiplier(at: WallTime(seconds: 130 * 60), priority: .normal) == half)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func thePriceStaysTheSameUntilTheTimeItSays(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func minute() -> Int64 { Int64(generator.next() % 1440) }
    let periods = (0..<3).map { (index: Int) -> PricePeriod in
      let start = minute()
      let length = 1 + Int64(generator.next() % 1439)
      return PricePeriod(
        start: start, end: (start + length) % 1440, multiplier: Multiplier(millionths: Int64(index) + 2))
    }
    let book = book(periods, offset: Int64(generator.next() % 1681) - 840)
    for _ in 0..<20 {
      let seconds = Int64(generator.next() % 4_000_000_000) - 1_000_000_000
      let now = WallTime(seconds: seconds, nanoseconds: Int64(generator.next() % 1_000_000_000))
      let wait = try #require(book.timeToChange(from: now))
      #expect(wait > .zero && wait <= .seconds(86_400))
      let factor = book.multiplier(at: now, priority: .normal)
      // Minute by minute up to the change, then the second before it.
      var probe = seconds
      while Duration.seconds(probe - seconds) + .nanoseconds(now.nanoseconds) < wait {
        #expect(book.multiplier(at: WallTime(seconds: probe), priority: .normal) == factor)
        probe += 59
      }
      let change = now.seconds + (wait + .nanoseconds(now.nanoseconds)).components.seconds
      #expect((wait + .nanoseconds(now.nanoseconds)).components.attoseconds == 0)
      #expect(book.multiplier(at: WallTime(seconds: change - 1), priority: .normal) == factor)
    }
  }

  @Test func aBookWithoutPeriodsNeverChanges() {
    #expect(book([]).timeToChange(from: WallTime(seconds: 5)) == nil)
  }

  @Test func theLargestFactorIsABoundForEveryTimeAndPriority() {
    var book = book([
      PricePeriod(start: 0, end: 60, multiplier: double), PricePeriod(start: 60, end: 120, multiplier: half),
    ])
    book.priorityMultipliers = [.low: half, .high: double]
    for priority in Priority.allCases {
      let largest = book.largestMultiplier(priority: priority)
      for hour in 0..<24 as Range<Int64> {
        #expect(book.multiplier(at: WallTime(seconds: hour * 3600), priority: priority) <= largest)
      }
    }
    #expect(book.largestMultiplier(priority: .high) == Multiplier(millionths: 4_000_000))
    #expect(book.largestMultiplier(priority: .normal) == double)
  }

  @Test func moneyBuysCreditsRoundedDownAndNeverMoreThanItIsWorth() throws {
    var generator = SeededGenerator(seed: 11)
    let book = book([])
    for _ in 0..<2000 {
      let money = Money(picounits: Int64(generator.anySize() >> 1))
      let credits = try book.credits(for: .money(money, currency: "USD"))
      guard credits < .max else { continue }
      let worth = try #require(book.money(for: credits))
      #expect(worth.picounits <= money.picounits + 1)
      let more = try #require(book.money(for: credits + Credits(microcredits: 1)))
      #expect(more.picounits >= money.picounits)
    }
  }

  @Test func fiveCentsBuyTwoAndAQuarterCoreHours() throws {
    let credits = try PriceBook.standard.credits(for: try BudgetAmount(parsing: "$0.05"))
    #expect(credits == Credits(microcredits: 8_252_493_284))
    #expect(
      PriceBook.standard.money(for: Credits(microcredits: 3_600_000_000)) == Money(picounits: 21_811_590_000))
  }

  @Test func moneyOfAnotherCurrencyIsRefused() {
    let error = #expect(throws: PriceError.self) {
      try PriceBook.standard.credits(for: .money(Money(picounits: 1), currency: "EUR"))
    }
    #expect(
      error?.description
        == "a budget in EUR needs a price book in that currency, but 'standard' is in USD: "
        + "give the budget in credits, or another book by --prices FILE")
  }

  @Test func aBookWithoutACurrencyTakesNoMoney() {
    let book = PriceBook(name: "plain", currency: nil, creditPrice: nil, rates: [:])
    #expect(throws: PriceError.self) { try book.credits(for: .money(Money(picounits: 1), currency: "USD")) }
    #expect(book.money(for: Credits(microcredits: 1)) == nil)
  }
}
