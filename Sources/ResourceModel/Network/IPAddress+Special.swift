extension IPAddress {
  /// Whether a name on the public internet has no business to name it: this host, a private network, a link, a group, or what nobody has.
  ///
  /// Those are the addresses that RFC 6890 and the registries it set up (iana.org, "IPv4 / IPv6 Special-Purpose Address Registry") don't
  /// call globally reachable; of IPv6 also everything outside of 2000::/3, of which alone addresses are given out. The few anycast
  /// addresses of protocols inside 192.0.0.0/24 and 2001::/23 that could be reached count with their networks: names don't name them.
  /// An address that carries one of IPv4 for a translator or a tunnel (NAT64, 6to4) is what the carried one is.
  public var isPrivate: Bool {
    if let ipv4 = carriedIPv4 { return Self.isPrivate(ipv4) }
    return !IPNetwork.globalUnicast.contains(self) || IPNetwork.specialIPv6.contains { $0.contains(self) }
  }

  private static func isPrivate(_ ipv4: UInt32) -> Bool {
    let address = IPAddress(ipv4: ipv4)
    return IPNetwork.specialIPv4.contains { $0.contains(address) }
  }

  /// The address of IPv4 that it leads to.
  private var carriedIPv4: UInt32? {
    if let ipv4 { return ipv4 }
    if IPNetwork.translated.contains(self) { return UInt32(truncatingIfNeeded: bits) }
    if IPNetwork.tunnelled.contains(self) { return UInt32(truncatingIfNeeded: bits >> 80) }
    return nil
  }
}

extension IPNetwork {
  /// A network by the first bytes of its address.
  private static func ipv4(_ bytes: UInt32..., length: Int) -> IPNetwork {
    let bits = bytes.reduce(0) { $0 << 8 | $1 } << (32 - 8 * UInt32(bytes.count))
    return IPNetwork(IPAddress(ipv4: bits), prefixLength: 96 + length)
  }

  /// A network by the first 32 bits of its address.
  private static func ipv6(_ first: UInt32, length: Int) -> IPNetwork {
    IPNetwork(IPAddress(bits: UInt128(first) << 96), prefixLength: length)
  }

  /// What the name `localhost` stands for (RFC 6761, 6.3).
  static let loopback = [ipv4(127, length: 8), IPNetwork(IPAddress(bits: 1), prefixLength: 128)]

  static let specialIPv4 = [
    ipv4(0, length: 8),  // this host on this network, RFC 791
    ipv4(10, length: 8), ipv4(172, 16, length: 12), ipv4(192, 168, length: 16),  // private use, RFC 1918
    ipv4(100, 64, length: 10),  // shared address space of carriers, RFC 6598
    ipv4(127, length: 8),  // loopback, RFC 1122
    ipv4(169, 254, length: 16),  // link-local, RFC 3927; clouds' metadata services
    ipv4(192, 0, 0, length: 24),  // protocol assignments, RFC 6890
    // Documentation, RFC 5737.
    ipv4(192, 0, 2, length: 24), ipv4(198, 51, 100, length: 24), ipv4(203, 0, 113, length: 24),
    ipv4(192, 88, 99, length: 24),  // former 6to4 relays, RFC 7526
    ipv4(198, 18, length: 15),  // benchmarking, RFC 2544
    ipv4(224, length: 4),  // multicast, RFC 5771
    ipv4(240, length: 4),  // reserved, RFC 1112, and limited broadcast, RFC 919
  ]

  /// The only part of IPv6 that is given out (RFC 3587; "IPv6 Global Unicast Address Assignments").
  static let globalUnicast = ipv6(0x2000_0000, length: 3)

  static let specialIPv6 = [
    ipv6(0x2001_0000, length: 23),  // protocol assignments, RFC 2928: Teredo, benchmarking, ORCHID
    ipv6(0x2001_0db8, length: 32), ipv6(0x3fff_0000, length: 20),  // documentation, RFC 3849 and RFC 9637
  ]

  /// NAT64's well-known prefix, RFC 6052: the last 32 bits are an address of IPv4.
  static let translated = IPNetwork(IPAddress(bits: 0x0064_ff9b << 96), prefixLength: 96)

  /// 6to4, RFC 3056: bits 16 to 47 are an address of IPv4.
  static let tunnelled = ipv6(0x2002_0000, length: 16)
}
