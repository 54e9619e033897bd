/// A non-negative decimal number as written, held exactly: `12.5` is 125 with one decimal place.
///
/// Numbers on a command line become integers of a smaller unit through this type, so that `0.1` is never 0.0999….
package struct DecimalNumber: Sendable, Hashable {
  /// All digits as one integer.
  package var digits: UInt64
  /// How many of them stand behind the point.
  package var places: Int

  /// Reads digits with at most one point; nil for signs, exponents, `nan`, an empty text or more than 18 digits.
  package init?(_ text: Substring) {
    var digits: UInt64 = 0
    var places: Int?
    var count = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        count += digits == 0 && byte == UInt8(ascii: "0") ? 0 : 1
        guard count <= 18 else { return nil }
        digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
        places = places.map { $0 + 1 }
      case UInt8(ascii: ".") where places == nil:
        places = 0
      default:
        return nil
      }
    }
    guard text.utf8.contains(where: { $0 != UInt8(ascii: ".") }), (places ?? 0) <= 18 else { return nil }
    self.digits = digits
    self.places = places ?? 0
  }

  /// The number times `factor`, exactly; nil if that is no whole number or does not fit.
  package func scaled(by factor: UInt64) -> Int64? {
    let product = UInt128(digits) * UInt128(factor)
    var divisor: UInt128 = 1
    for _ in 0..<places { divisor *= 10 }
    guard product % divisor == 0 else { return nil }
    return Int64(exactly: product / divisor)
  }
}

extension Int64 {
  /// The integer as a decimal with `places` digits behind the point, trailing zeros dropped: 1500 with 3 is `1.5`.
  package func decimalText(places: Int) -> String {
    let digits = String(magnitude)
    let padded = String(repeating: "0", count: Swift.max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    let text = padded.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
    return (self < 0 ? "-" : "") + text
  }
}
