/// A name, or all names below one: `api.example.com`, `*.example.org`.
public struct DomainPattern: Sendable, Hashable, CustomStringConvertible {
  /// In lower case, without a dot at the end: `example.org` of `*.example.org`.
  public let name: String
  /// Whether the names below it are meant, at any depth, and not the name itself.
  public let isWildcard: Bool

  /// Reads a name or `*.` and a name. Throws `ValueError` for anything else.
  ///
  /// Letters, digits, hyphens and underscores, at most 63 in each part and 253 in all (RFC 1035, 2.3.4). A name whose last part is a
  /// number is refused: programs take it for an address (inet_aton(3)) and never ask for it.
  public init(parsing text: String) throws(ValueError) {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw ValueError(
        text, expected: "a name in ASCII: write its xn-- form (IDNA), such as xn--bcher-kva.example")
    }
    isWildcard = text.hasPrefix("*.")
    name = Self.canonical(isWildcard ? String(text.dropFirst(2)) : text)
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard name.utf8.count <= 253,
      labels.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(Self.isAllowed) })
    else {
      throw ValueError(
        text, expected: "a host name or a name with all below it, such as api.example.com or *.example.org")
    }
    guard let last = labels.last, !Self.isNumeric(Array(last)) else {
      throw ValueError(text, expected: "a name, nor is it an address such as 192.0.2.1")
    }
  }

  /// Whether a name is meant. Its case and a dot at its end don't count.
  public func matches(_ other: String) -> Bool {
    // Lowercasing maps the Kelvin sign to k.
    guard other.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
    let other = Self.canonical(other)
    // The dot at the end of the first part keeps `notexample.org` out of `*.example.org`, and `.example.org` is no name.
    return isWildcard ? other.hasSuffix("." + name) && !other.hasPrefix(".") : other == name
  }

  /// As it is written.
  public var description: String { (isWildcard ? "*." : "") + name }

  private static func canonical(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// Decimal, or hexadecimal behind `0x`.
  private static func isNumeric(_ label: [UInt8]) -> Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    if label.allSatisfy(digits.contains) { return true }
    return label.starts(with: "0x".utf8)
      && label.dropFirst(2).allSatisfy {
        digits.contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
