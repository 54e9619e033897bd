extension IPAddress {
  /// Reads `192.0.2.1` or `2001:db8::1`, and nothing else: no leading zeros (some read them as octal), no missing parts, no zone.
  /// Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    guard let address = IPAddress(text) else {
      throw ValueError(text, expected: "an IP address, such as 192.0.2.1 or 2001:db8::1")
    }
    self = address
  }

  init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    if let ipv4 = Self.ipv4(bytes[...]) {
      self.init(ipv4: ipv4)
    } else if let groups = Self.groups(bytes) {
      self.init(bits: groups.reduce(0) { $0 << 16 | UInt128($1) })
    } else {
      return nil
    }
  }

  private static func ipv4(_ text: ArraySlice<UInt8>) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
        let value = number(part, radix: 10), value <= 255
      else { return nil }
      bits = bits << 8 | value
    }
    return bits
  }

  /// The eight groups of an IPv6 address, `::` filled with zeros (RFC 4291, 2.2).
  private static func groups(_ text: [UInt8]) -> [UInt32]? {
    let colon = UInt8(ascii: ":")
    let gap = zip(text.indices, zip(text, text.dropFirst())).first { $0.1 == (colon, colon) }?.0
    guard let gap else { return fields(text[...]).flatMap { $0.count == 8 ? $0 : nil } }
    guard let before = fields(text[..<gap], mayEndInIPv4: false), let after = fields(text[(gap + 2)...]),
      before.count + after.count < 8
    else { return nil }
    return before + Array(repeating: 0, count: 8 - before.count - after.count) + after
  }

  /// Groups between colons; an IPv4 address at the end is two of them.
  private static func fields(_ text: ArraySlice<UInt8>, mayEndInIPv4: Bool = true) -> [UInt32]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var fields: [UInt32] = []
    for (index, part) in parts.enumerated() {
      if (1...4).contains(part.count), let value = number(part, radix: 16) {
        fields.append(value)
      } else if mayEndInIPv4, index == parts.count - 1, let tail = ipv4(part) {
        fields += [tail >> 16, tail & 0xffff]
      } else {
        return nil
      }
    }
    return fields
  }

  /// A few digits alone: no sign, which Swift's own parsing would take.
  private static func number(_ digits: ArraySlice<UInt8>, radix: UInt32) -> UInt32? {
    var value: UInt32 = 0
    for byte in digits {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80, digit < radix else {
        return nil
      }
      value = value * radix + UInt32(digit)
    }
    return value
  }
}

extension IPAddress: CustomStringConvertible {
  /// `192.0.2.1`; IPv6 as RFC 5952 writes it: lower case, no leading zeros, the first longest run of zero groups as `::`.
  public var description: String {
    if let ipv4 {
      return (0..<4).map { String(ipv4 >> (24 - 8 * UInt32($0)) & 0xff) }.concatenated(by: ".")
    }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
    func text(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.concatenated(by: ":")
    }
    guard let gap = Self.longestRunOfZeros(groups) else { return text(0..<8) }
    return text(0..<gap.lowerBound) + "::" + text(gap.upperBound..<8)
  }

  /// At least two groups, the first of equally long runs (RFC 5952, 4.2).
  private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int>? {
    var (best, start) = (0..<0, 0)
    for (index, group) in groups.enumerated() {
      if group != 0 {
        start = index + 1
      } else if index + 1 - start > best.count {
        best = start..<index + 1
      }
    }
    return best.count >= 2 ? best : nil
  }
}
