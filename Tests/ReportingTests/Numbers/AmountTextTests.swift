import ResourceModel
import Testing

@testable import Reporting

@Suite("Amounts for people")
struct AmountTextTests {
  @Test(
    "money is to the cent, and below one unit to three digits",
    arguments: [
      (0, "0"), (6_058_775, "0.00000606"), (999_400_000_000, "0.999"), (1_000_000_000_000, "1.00"),
      (12_345_678_900_000, "12.35"),
    ])
  func money(picounits: Int64, text: String) {
    #expect(Money(picounits: picounits).rounded == text)
    #expect(Money(picounits: picounits).text(in: "EUR") == text + " EUR")
  }

  @Test(
    "a live amount has four digits or all before the point",
    arguments: [
      (0, "0.000"), (1, "0.000"), (512_345, "0.512"), (9_999_999, "10.000"), (12_345_678, "12.35"),
      (400_000_000, "400.0"),
      (12_345_678_900, "12346"), (Int64.max, "9223372036855"),
    ])
  func live(microcredits: Int64, text: String) {
    #expect(Credits(microcredits: microcredits).liveText == text)
  }

  @Test(
    "a duration leaves out units that are zero",
    arguments: [
      (240_000, "4m"), (200_000, "3m 20s"), (3_600_000, "1h"), (86_400_000, "1d"), (90_061_000, "1d 1h"),
      (10_000, "10s"), (45, "45ms"), (0, "0s"),
    ])
  func durations(milliseconds: Int64, text: String) {
    #expect(Duration.milliseconds(milliseconds).plainText == text)
  }

  @Test(
    "a forecast has no fractions",
    arguments: [
      (0, "<1s"), (999, "<1s"), (1499, "1s"), (1500, "2s"), (59_600, "1m"),
      (Int64.max / 1_000_000, "106751d 23h"),
    ])
  func forecasts(milliseconds: Int64, text: String) {
    #expect(Duration.milliseconds(milliseconds).roughText == text)
  }
}
