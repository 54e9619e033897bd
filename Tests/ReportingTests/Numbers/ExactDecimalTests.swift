import Testing

@testable import Reporting

@Suite("An exact decimal")
struct ExactDecimalTests {
  @Test(
    "has all its digits and no others",
    arguments: [
      (0, 0, "0", "0"), (0, 3, "0", "0.000"), (1500, 3, "1.5", "1.500"), (1, 6, "0.000001", "0.000001"),
      (-1, 2, "-0.01", "-0.01"), (100, 0, "100", "100"), (1000, 1, "100", "100.0"), (-250, 1, "-25", "-25.0"),
      (Int64.min, 9, "-9223372036.854775808", "-9223372036.854775808"),
    ] as [(Int64, Int, String, String)])
  func digits(value: Int64, places: Int, text: String, fixed: String) {
    let decimal = ExactDecimal(value, places: places)
    #expect(decimal.text == text)
    #expect(decimal.fixedText == fixed)
  }

  @Test(
    "is rounded half away from zero",
    arguments: [
      (12_345, 4, 2, "1.23"), (12_350, 4, 2, "1.24"), (9999, 3, 1, "10"), (-15, 1, 0, "-2"), (4, 1, 0, "0"),
      (5, 1, 0, "1"), (123, 2, 5, "1.23"), (-4, 1, 0, "0"),
    ])
  func rounding(value: Int, places: Int, to: Int, text: String) {
    #expect(ExactDecimal(value, places: places).rounded(to: to).text == text)
  }

  @Test(
    "is divided to any number of places",
    arguments: [
      (1, 3, 3, "0.333"), (2, 3, 3, "0.667"), (1, 2, 0, "1"), (10, 4, 6, "2.5"), (0, 7, 4, "0"),
      (UInt128.max, 1, 0, "340282366920938463463374607431768211455"), (UInt128.max, UInt128.max, 3, "1"),
      (UInt128.max - 1, UInt128.max, 2, "1"),
    ] as [(UInt128, UInt128, Int, String)])
  func division(numerator: UInt128, denominator: UInt128, places: Int, text: String) {
    #expect(ExactDecimal(numerator, dividedBy: denominator, places: places)?.text == text)
  }

  @Test("is nil for a division by zero and for a quotient that does not fit")
  func divisionFails() {
    #expect(ExactDecimal(1, dividedBy: 0, places: 3) == nil)
    #expect(ExactDecimal(.max, dividedBy: 1, places: 1) == nil)
  }

  @Test(
    "keeps so many significant digits, and all before the point",
    arguments: [
      (30_294, 7, "0.00303"), (229_493, 10, "0.0000229"), (999_960, 6, "1"), (123_456, 2, "1235"),
      (0, 12, "0"),
    ])
  func significant(value: Int, places: Int, text: String) {
    #expect(ExactDecimal(value, places: places).rounded(toSignificant: 3).text == text)
  }
}
