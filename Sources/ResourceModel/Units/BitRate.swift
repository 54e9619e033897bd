/// Bits a second, as networks are sold.
public struct BitRate: Sendable, Hashable, Comparable {
  /// Bits a second; never zero.
  public var bitsPerSecond: UInt64

  /// Makes a rate from bits a second.
  public init(bitsPerSecond: UInt64) { self.bitsPerSecond = bitsPerSecond }

  private static let units: [(suffix: String, bits: UInt64)] = [
    ("kbit", 1000), ("mbit", 1_000_000), ("gbit", 1_000_000_000),
  ]

  /// Reads `10Mbit`, `1.5Gbit` or `64kbit`, from 1kbit to 1000Gbit. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    let lower = text.lowercased()
    // Lowercasing maps the Kelvin sign to k.
    guard text.utf8.allSatisfy({ $0 < 0x80 }),
      let unit = Self.units.first(where: { lower.hasSuffix($0.suffix) }),
      let bits = DecimalNumber(lower.dropLast(unit.suffix.count))?.scaled(by: unit.bits),
      (1000...1_000_000_000_000).contains(bits)
    else { throw ValueError(text, expected: "a rate from 1kbit to 1000Gbit a second, such as 10Mbit") }
    self.init(bitsPerSecond: UInt64(bits))
  }

  /// Slower or faster.
  public static func < (left: BitRate, right: BitRate) -> Bool { left.bitsPerSecond < right.bitsPerSecond }
}

extension BitRate: CustomStringConvertible {
  /// As its option is written: `10Mbit`.
  public var description: String {
    let (unit, places) =
      bitsPerSecond >= 1_000_000_000 ? ("Gbit", 9) : bitsPerSecond >= 1_000_000 ? ("Mbit", 6) : ("kbit", 3)
    return Int64(clamping: bitsPerSecond).decimalText(places: places) + unit
  }
}
