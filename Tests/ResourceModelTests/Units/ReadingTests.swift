import ResourceModel
import Testing

@Suite("Values as people write them")
struct ReadingTests {
  @Test(
    arguments: [
      ("0", 0), ("4096B", 4096), ("1K", 1024), ("1kb", 1024), ("1KiB", 1024), ("512M", 512 << 20),
      ("1.5G", 3 << 29),
      ("1.5GiB", 3 << 29), ("2T", 2 << 40), ("0.5K", 512), ("1P", 1 << 50), ("0M", 0),
    ] as [(String, UInt64)])
  func sizes(text: String, bytes: UInt64) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(
    arguments: [
      ("0", 0), ("90s", 90_000), ("1.5h", 5_400_000), ("10m", 600_000), ("1h30m", 5_400_000), ("250ms", 250),
      ("1d", 86_400_000), ("0.5m", 30_000),
    ] as [(String, Int64)])
  func durations(text: String, milliseconds: Int64) throws {
    #expect(try Duration(parsing: text) == .milliseconds(milliseconds))
  }

  @Test(
    arguments: [
      ("500", .credits(Credits(microcredits: 500_000_000))),
      ("0.25", .credits(Credits(microcredits: 250_000))),
      ("$0.05", .money(Money(picounits: 50_000_000_000), currency: "USD")),
      ("€1", .money(Money(picounits: 1_000_000_000_000), currency: "EUR")),
      ("0.05 usd", .money(Money(picounits: 50_000_000_000), currency: "USD")),
      ("3 CHF", .money(Money(picounits: 3_000_000_000_000), currency: "CHF")),
    ] as [(String, BudgetAmount)])
  func budgets(text: String, amount: BudgetAmount) throws {
    #expect(try BudgetAmount(parsing: text) == amount)
  }

  @Test func cpuLists() throws {
    #expect(try CPUSet(parsing: "0-3,7,2").members == [0, 1, 2, 3, 7])
    #expect(try CPUSet(parsing: "5").members == [5])
  }

  @Test(
    arguments: [
      (0, "0s"), (120_000, "120µs"), (45_000_000, "45ms"), (12_300_000_000, "12.3s"),
      (200_000_000_000, "3m 20s"),
      (3_720_000_000_000, "1h 2m"), (90_000_000_000_000, "1d 1h"), (-45_000_000, "-45ms"),
    ] as [(Int64, String)])
  func durationsForPeople(nanoseconds: Int64, text: String) {
    #expect(Duration.nanoseconds(nanoseconds).shortText == text)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (3 << 29, "1.5 GiB"),
      (.max, "16384 PiB"),
    ] as [(UInt64, String)])
  func sizesForPeople(bytes: UInt64, text: String) {
    #expect(ByteCount(bytes: bytes).description == text)
  }

  @Test(
    arguments: [
      (999_999, "0.999999"), (1_000_000, "1"), (1_234_567, "1.235"), (-1_234_567, "-1.235"),
      (.max, "9223372036854.776"),
    ] as [(Int64, String)])
  func creditsForPeople(microcredits: Int64, text: String) {
    #expect(Credits(microcredits: microcredits).rounded == text)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.000Z"),
      (1_795_464_493, "2026-11-23T20:08:13.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func timesOnTheCalendar(seconds: Int64, text: String) {
    #expect(WallTime(seconds: seconds).rfc3339 == text)
  }

  @Test func creditsStayWithinTheirRange() {
    let most = Credits.max
    let least = Credits(microcredits: .min)
    #expect(most + most == most)
    #expect(least - most == least)
    #expect(least + least == least)
    #expect(most - least == most)
    #expect(most.portion(.percent(100)) == most)
  }
}
