/// The addresses that begin with the same bits. The length of the prefix is of 128 bits: `10.0.0.0/8` is `::ffff:10.0.0.0/104`.
public struct IPNetwork: Sendable, Hashable {
  /// The first address.
  public let address: IPAddress
  /// How many bits are the same in all, of 128.
  public let prefixLength: Int

  /// Makes the network of that many first bits of an address; its other bits become 0.
  public init(_ address: IPAddress, prefixLength: Int) {
    self.prefixLength = min(max(prefixLength, 0), 128)
    self.address = IPAddress(bits: address.bits & Self.mask(self.prefixLength))
  }

  /// Whether an address is one of them.
  public func contains(_ other: IPAddress) -> Bool {
    other.bits & Self.mask(prefixLength) == address.bits
  }

  private static func mask(_ length: Int) -> UInt128 { length == 0 ? 0 : ~0 << (128 - length) }

  /// Reads `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`. An address inside a network is refused where the network is meant: which of
  /// both was meant isn't known. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    let expected = "an IP address or network, such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32"
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(parts[0]) else { throw ValueError(text, expected: expected) }
    // `::ffff:10.0.0.0/104` is counted as it is written.
    let isDotted = address.ipv4 != nil && !parts[0].contains(":")
    var length = 128
    if parts.count == 2 {
      let digits = String(parts[1])
      guard let number = Int(digits), String(number) == digits, (0...(isDotted ? 32 : 128)).contains(number)
      else { throw ValueError(text, expected: expected) }
      length = isDotted ? 96 + number : number
    }
    self.init(address, prefixLength: length)
    guard self.address == address else {
      throw ValueError(
        text,
        expected: "a network, since the address has bits behind the prefix: write \(self), or \(address)")
    }
    guard isDotted || length >= 96 || !contains(IPAddress(ipv4: 0)) else {
      throw ValueError(
        text, expected: "a network of IPv6 alone, since IPv4 is in it: write 2000::/3, and 0.0.0.0/0 for IPv4"
      )
    }
  }
}

extension IPNetwork: CustomStringConvertible {
  /// As it is written: `10.0.0.0/8`; a single address without its length.
  public var description: String {
    if prefixLength == 128 { return address.description }
    return "\(address)/\(prefixLength - (address.ipv4 != nil && prefixLength >= 96 ? 96 : 0))"
  }
}
