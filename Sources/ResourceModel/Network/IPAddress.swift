/// An address of IPv4 or IPv6. One of IPv4 is held as IPv6 writes it, `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2), so that both ways to name
/// it are the same address.
public struct IPAddress: Sendable, Hashable, Comparable {
  /// The 128 bits, the first of the address highest.
  public let bits: UInt128

  /// Makes an address from its 128 bits.
  public init(bits: UInt128) { self.bits = bits }

  /// Makes an IPv4 address from its 32 bits: `0x7f000001` is 127.0.0.1.
  public init(ipv4: UInt32) { bits = Self.mappedPrefix | UInt128(ipv4) }

  /// Makes an address from 16 bytes in network order; nil of any other number of bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
  }

  /// `::ffff:0:0/96`.
  static let mappedPrefix: UInt128 = 0xffff_0000_0000

  /// The 32 bits of an IPv4 address; nil of an IPv6 one.
  public var ipv4: UInt32? {
    bits >> 32 == Self.mappedPrefix >> 32 ? UInt32(truncatingIfNeeded: bits) : nil
  }

  /// The 16 bytes in network order, of IPv4 too.
  public var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: bits >> (120 - 8 * $0)) } }

  /// In the order of their bits.
  public static func < (left: IPAddress, right: IPAddress) -> Bool { left.bits < right.bits }
}
