import CLinuxSystem
import Glibc
import ResourceModel
import SystemPackage

/// What sockets have in common: none of them blocks.
extension Descriptor {
  /// Makes a socket of ip(7) or ipv6(7). One of IPv6 is of that alone.
  static func socket(_ family: Int32, _ type: __socket_type) throws(SystemError) -> Descriptor {
    let flags = Int32(type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let made = Descriptor(owning: try checked("make a socket") { Glibc.socket(family, flags, 0) })
    if family == AF_INET6 {
      let number = made.rawValue
      var isOn: Int32 = 1
      _ = try checked("set up a socket") {
        setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &isOn, socklen_t(MemoryLayout<Int32>.size))
      }
    }
    return made
  }

  /// Gives it its own address. Port 0: any that is free.
  func bind(to address: SocketAddress) throws(SystemError) {
    let number = rawValue
    _ = try checked("listen at", path: address.description) { address.withRaw { Glibc.bind(number, $0, $1) } }
  }

  /// Connects it; a stream may still be on its way when this returns.
  func connect(to address: SocketAddress) throws(SystemError) {
    let number = rawValue
    do {
      _ = try checked("connect to", path: address.description) {
        address.withRaw { Glibc.connect(number, $0, $1) }
      }
    } catch  where error.underlying == .nowInProgress {}
  }

  /// Its own address.
  func localAddress() throws(SystemError) -> SocketAddress {
    let number = rawValue
    var raw = SocketAddress.Raw()
    _ = try checked("ask for a socket's address") { raw.fill { getsockname(number, $0, $1) } }
    guard let address = raw.address else { throw SystemError("ask for a socket's address", code: .malformed) }
    return address
  }

  /// Sends what there is room for.
  /// - Returns: how many bytes of it; 0 if there is none now.
  func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    let number = rawValue
    do {
      return Int(
        try shim("send") { bytes.withUnsafeBytes { rmrun_socket_send(number, $0.baseAddress, $0.count) } })
    } catch  where error.underlying == .wouldBlock {
      return 0
    }
  }

  /// Receives what has come, at most `count` bytes.
  /// - Returns: nil if nothing has come yet; empty if the other end has closed.
  func receive(upTo count: Int) throws(SystemError) -> [UInt8]? {
    do {
      return try readOnce(upTo: count)
    } catch  where error.underlying == .wouldBlock {
      return nil
    }
  }
}
