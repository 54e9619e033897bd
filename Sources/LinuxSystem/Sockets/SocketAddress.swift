package import ResourceModel
import Glibc

/// An address and a port: where a socket of ip(7) or ipv6(7) is.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
  package let address: IPAddress
  package let port: UInt16
  /// The interface of a link-local address of IPv6, by its number; else 0.
  package let scope: UInt32

  package init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0) {
    (self.address, self.port, self.scope) = (address, port, scope)
  }

  /// `192.0.2.1:53`, `[2001:db8::1]:53`.
  package var description: String {
    let zone = scope == 0 ? "" : "%\(scope)"
    return address.ipv4 != nil ? "\(address):\(port)" : "[\(address)\(zone)]:\(port)"
  }

  /// AF_INET or AF_INET6.
  var family: Int32 { address.ipv4 != nil ? AF_INET : AF_INET6 }

  /// Calls `body` with the address as the kernel takes it.
  func withRaw<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    if let ipv4 = address.ipv4 {
      var raw = sockaddr_in()
      raw.sin_family = sa_family_t(AF_INET)
      raw.sin_port = port.bigEndian
      raw.sin_addr.s_addr = ipv4.bigEndian
      return Self.withRaw(raw, body)
    }
    var raw = sockaddr_in6()
    raw.sin6_family = sa_family_t(AF_INET6)
    raw.sin6_port = port.bigEndian
    raw.sin6_scope_id = scope
    withUnsafeMutableBytes(of: &raw.sin6_addr) { $0.copyBytes(from: address.bytes) }
    return Self.withRaw(raw, body)
  }

  private static func withRaw<Raw, Result>(
    _ raw: Raw, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: raw) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Raw>.size)) }
    }
  }

  /// One that the kernel wrote; nil if it is of another family.
  init?(raw: UnsafePointer<sockaddr>) {
    switch Int32(raw.pointee.sa_family) {
    case AF_INET:
      let raw = UnsafeRawPointer(raw).loadUnaligned(as: sockaddr_in.self)
      self.init(
        IPAddress(ipv4: UInt32(bigEndian: raw.sin_addr.s_addr)), port: UInt16(bigEndian: raw.sin_port))
    case AF_INET6:
      let raw = UnsafeRawPointer(raw).loadUnaligned(as: sockaddr_in6.self)
      guard let address = withUnsafeBytes(of: raw.sin6_addr, { IPAddress(bytes: $0) }) else { return nil }
      self.init(address, port: UInt16(bigEndian: raw.sin6_port), scope: raw.sin6_scope_id)
    default: return nil
    }
  }

  /// What the kernel puts an address into.
  struct Raw {
    private var storage = sockaddr_storage()

    /// Calls `body` with room for an address.
    mutating func fill<Result>(
      _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      return withUnsafeMutablePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &size) }
      }
    }

    /// The address; nil if it is of another family.
    var address: SocketAddress? {
      withUnsafePointer(to: storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { SocketAddress(raw: $0) }
      }
    }
  }
}
