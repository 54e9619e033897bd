import Glibc
import SystemPackage

/// A socket of udp(7), which never blocks.
package struct DatagramSocket: ~Copyable, Sendable {
  private let descriptor: Descriptor

  private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// One that takes what comes to an address. Port 0: any that is free.
  package static func bound(to address: SocketAddress) throws(SystemError) -> DatagramSocket {
    let descriptor = try Descriptor.socket(address.family, SOCK_DGRAM)
    try descriptor.bind(to: address)
    return DatagramSocket(descriptor)
  }

  /// One that speaks with an address only, from a port that the kernel draws: others' datagrams don't come through.
  package static func connected(to address: SocketAddress) throws(SystemError) -> DatagramSocket {
    let descriptor = try Descriptor.socket(address.family, SOCK_DGRAM)
    try descriptor.connect(to: address)
    return DatagramSocket(descriptor)
  }

  /// The number, for a `Poller`.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Where it is itself.
  package func localAddress() throws(SystemError) -> SocketAddress { try descriptor.localAddress() }

  /// Sends a datagram, connected or to an address. One for which there is no room is lost, as others are on their way.
  package func send(_ bytes: [UInt8], to address: SocketAddress? = nil) throws(SystemError) {
    let number = descriptor.rawValue
    let flags = Int32(MSG_NOSIGNAL)
    do {
      _ = try checkedCount("send to", path: address?.description) {
        guard let address else { return Glibc.send(number, bytes, bytes.count, flags) }
        return address.withRaw { sendto(number, bytes, bytes.count, flags, $0, $1) }
      }
    } catch  where error.underlying == .wouldBlock {}
  }

  /// Takes the next datagram: at most `count` bytes, one that is longer not at all.
  /// - Returns: nil if none has come; without bytes if it was too long.
  package func receive(upTo count: Int) throws(SystemError) -> (bytes: [UInt8]?, from: SocketAddress)? {
    let number = descriptor.rawValue
    var bytes = [UInt8](repeating: 0, count: count)
    var raw = SocketAddress.Raw()
    do throws(SystemError) {
      let size = try checkedCount("receive") {
        raw.fill { recvfrom(number, &bytes, count, Int32(MSG_TRUNC), $0, $1) }
      }
      guard let address = raw.address else { throw SystemError("receive", code: .malformed) }
      return (size <= count ? Array(bytes.prefix(size)) : nil, address)
    } catch  where error.underlying == .wouldBlock {
      return nil
    }
  }
}
