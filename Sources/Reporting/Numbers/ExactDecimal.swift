/// A decimal number held exactly: an integer and how many of its digits stand behind the point.
package struct ExactDecimal: Sendable, Hashable {
  /// Whether it is below zero.
  package var isNegative: Bool
  /// All digits as one integer.
  package var magnitude: UInt128
  /// How many of them stand behind the point.
  package var places: Int

  /// `value` × 10^−`places`: 1500 with 3 is 1.5. A value past 128 bits becomes the largest.
  package init(_ value: some BinaryInteger, places: Int = 0) {
    isNegative = value < 0
    magnitude = UInt128(clamping: value.magnitude)
    self.places = places
  }

  /// `numerator` ÷ `denominator`, rounded half up to `places`; nil for a division by zero or a quotient past 128 bits.
  package init?(_ numerator: UInt128, dividedBy denominator: UInt128, places: Int) {
    guard denominator > 0 else { return nil }
    var (quotient, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    for _ in 0..<places {
      let (digit, remainder) = denominator.dividingFullWidth(rest.multipliedFullWidth(by: 10))
      let (tens, overflow) = quotient.multipliedReportingOverflow(by: 10)
      let (sum, overflowToo) = tens.addingReportingOverflow(digit)
      guard !overflow, !overflowToo else { return nil }
      (quotient, rest) = (sum, remainder)
    }
    self.init(quotient, places: places)
    if rest >= denominator - rest, magnitude < .max { magnitude += 1 }
  }

  /// The number rounded half up (away from zero) to at most `places`.
  package func rounded(to places: Int) -> ExactDecimal {
    guard places < self.places else { return self }
    var divisor: UInt128 = 1
    for _ in places..<Swift.min(self.places, places + 38) { divisor *= 10 }
    var result = self
    let (quotient, rest) = magnitude.quotientAndRemainder(dividingBy: divisor)
    result.magnitude = rest >= divisor - rest ? quotient + 1 : quotient
    result.places = places
    return result
  }

  /// The number rounded to `digits` significant digits where they stand behind the point: 0.0030294 with 3 is 0.00303.
  package func rounded(toSignificant digits: Int) -> ExactDecimal {
    let leading = String(magnitude).utf8.count - places
    return rounded(to: Swift.max(0, digits - leading))
  }

  /// All digits, no trailing zeros behind the point: `1.5`.
  package var text: String {
    let text = fixedText
    guard places > 0 else { return text }
    let kept = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(kept.reversed())
  }

  /// All digits with all places: `1.500`. What does not move about on a line that is drawn again and again.
  package var fixedText: String {
    let digits = String(magnitude)
    let padded = String(repeating: "0", count: Swift.max(0, places + 1 - digits.utf8.count)) + digits
    let sign = isNegative && magnitude > 0 ? "-" : ""
    return sign + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
  }
}
