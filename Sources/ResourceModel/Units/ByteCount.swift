/// A number of bytes.
public struct ByteCount: Sendable, Hashable, Comparable {
  /// The bytes.
  public var bytes: UInt64

  /// Makes a count from bytes.
  public init(bytes: UInt64) { self.bytes = bytes }

  /// Binary units, as the kernel's control files and systemd read them: K is 1024. Longest first, so that `KiB` is
  /// not taken for `B`.
  private static let units: [(suffix: String, bytes: UInt64)] = [
    ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40), ("pib", 1 << 50),
    ("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("tb", 1 << 40), ("pb", 1 << 50),
    ("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30), ("t", 1 << 40), ("p", 1 << 50), ("b", 1),
  ]

  /// Reads `512M`, `1.5GiB`, `4096B` or `0`; units are binary (K = KB = KiB = 1024). Throws `ValueError` for a number
  /// without a unit, a fraction of a byte or what does not fit 63 bits.
  public init(parsing text: String) throws(ValueError) {
    let lower = text.lowercased()
    if lower == "0" {
      self.init(bytes: 0)
      return
    }
    // Lowercasing maps the Kelvin sign to k.
    guard text.utf8.allSatisfy({ $0 < 0x80 }),
      let unit = Self.units.first(where: { lower.hasSuffix($0.suffix) }),
      let value = DecimalNumber(lower.dropLast(unit.suffix.count))?.scaled(by: unit.bytes)
    else { throw ValueError(text, expected: "a size with a unit, such as 512M, 1.5G or 4096B") }
    self.init(bytes: UInt64(value))
  }

  /// Fewer or more bytes.
  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

extension ByteCount: CustomStringConvertible {
  /// Up to one decimal place in the largest binary unit that leaves at least 1: `1.5 GiB`.
  public var description: String {
    let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var power = 0
    while power < names.count - 1, bytes >> (10 * UInt64(power + 1)) > 0 { power += 1 }
    guard power > 0 else { return "\(bytes) B" }
    let tenths = (UInt128(bytes) * 10 + (1 << (10 * UInt128(power) - 1))) >> (10 * UInt128(power))
    return Int64(clamping: tenths).decimalText(places: 1) + " " + names[power]
  }

  /// The exact form that `init(parsing:)` reads back: `512M` where a unit divides it, else `1000B`.
  public var exact: String {
    guard bytes > 0 else { return "0" }
    for (suffix, shift) in [("T", 40), ("G", 30), ("M", 20), ("K", 10)] as [(String, UInt64)]
    where bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(suffix)"
    }
    return "\(bytes)B"
  }
}
