/// A number of CPUs in thousandths: 1.5 CPUs is 1,500.
public struct CPUCount: Sendable, Hashable, Comparable {
  /// Thousandths of a CPU.
  public var thousandths: Int64

  /// Makes a count from thousandths of a CPU.
  public init(thousandths: Int64) { self.thousandths = thousandths }

  /// Reads `2`, `0.5` or `1.25`: above zero, up to three decimal places. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    guard let value = DecimalNumber(text[...])?.scaled(by: 1000), value > 0 else {
      throw ValueError(text, expected: "a number of CPUs above zero, such as 2 or 0.5")
    }
    self.init(thousandths: value)
  }

  /// Fewer or more CPUs.
  public static func < (left: CPUCount, right: CPUCount) -> Bool { left.thousandths < right.thousandths }
}

extension CPUCount: CustomStringConvertible {
  /// `1.5`.
  public var description: String { thousandths.decimalText(places: 3) }
}
