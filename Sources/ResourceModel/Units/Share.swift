/// A share of a whole in millionths: 80 % is 800,000. May exceed the whole.
public struct Share: Sendable, Hashable, Comparable {
  /// Millionths of the whole.
  public var millionths: Int64

  /// Makes a share from millionths of the whole.
  public init(millionths: Int64) { self.millionths = millionths }

  /// Makes a share of so many hundredths.
  public static func percent(_ percent: Int64) -> Share { Share(millionths: percent * 10_000) }

  /// Reads `95%` or `99.5%`, from 0 % to 100 %. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    guard text.hasSuffix("%"), let value = DecimalNumber(text.dropLast())?.scaled(by: 10_000),
      value <= 1_000_000
    else { throw ValueError(text, expected: "a share from 0% to 100%, such as 95%") }
    self.init(millionths: value)
  }

  /// Smaller or larger share.
  public static func < (left: Share, right: Share) -> Bool { left.millionths < right.millionths }
}

extension Share: CustomStringConvertible {
  /// `95%`.
  public var description: String { millionths.decimalText(places: 4) + "%" }
}
