/// An amount of credits: an exact count of micro-credits. 1 credit is the price of one core-second of CPU in the
/// standard price book.
///
/// Arithmetic traps on nothing: sums stay at the ends of the range (±9.2 trillion credits).
public struct Credits: Sendable, Hashable, Comparable {
  /// Millionths of a credit.
  public var microcredits: Int64

  /// Makes an amount from millionths of a credit.
  public init(microcredits: Int64) { self.microcredits = microcredits }

  /// Reads `500` or `0.25`: up to six decimal places, no sign. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    guard let amount = DecimalNumber(text[...])?.scaled(by: 1_000_000) else {
      throw ValueError(text, expected: "an amount of credits, such as 500 or 0.25 (up to six decimal places)")
    }
    self.init(microcredits: amount)
  }

  /// No credits.
  public static let zero = Credits(microcredits: 0)
  /// The largest amount; also what an overflowing charge becomes.
  public static let max = Credits(microcredits: .max)

  /// Smaller or larger amount.
  public static func < (left: Credits, right: Credits) -> Bool { left.microcredits < right.microcredits }

  /// The sum, or the end of the range.
  public static func + (left: Credits, right: Credits) -> Credits {
    let (sum, overflow) = left.microcredits.addingReportingOverflow(right.microcredits)
    return Credits(microcredits: overflow ? (right.microcredits < 0 ? .min : .max) : sum)
  }

  /// The difference, or the end of the range.
  public static func - (left: Credits, right: Credits) -> Credits {
    let (rest, overflow) = left.microcredits.subtractingReportingOverflow(right.microcredits)
    return Credits(microcredits: overflow ? (right.microcredits < 0 ? .max : .min) : rest)
  }

  /// `share` of the amount, rounded down.
  public func portion(_ share: Share) -> Credits {
    let product = Int128(microcredits) * Int128(share.millionths) / 1_000_000
    return Credits(microcredits: Int64(clamping: product))
  }
}

extension Credits: CustomStringConvertible {
  /// All digits, no trailing zeros: `0.25`. Reports carry this form.
  public var description: String { microcredits.decimalText(places: 6) }

  /// For people: three places from 1 credit on, six below.
  public var rounded: String {
    guard microcredits.magnitude >= 1_000_000 else { return description }
    let half: Int128 = microcredits < 0 ? -500 : 500
    return Int64((Int128(microcredits) + half) / 1000).decimalText(places: 3)
  }
}
