import CLinuxSystem
import Glibc
import SystemPackage

/// A socket of tcp(7) that others connect to, which never blocks.
package struct StreamListener: ~Copyable, Sendable {
  private let descriptor: Descriptor
  /// How many may wait to be taken.
  private static let backlog: Int32 = 128

  /// Listens at an address. Port 0: any that is free.
  package init(at address: SocketAddress) throws(SystemError) {
    let descriptor = try Descriptor.socket(address.family, SOCK_STREAM)
    try descriptor.bind(to: address)
    let number = descriptor.rawValue
    _ = try checked("listen at", path: address.description) { listen(number, Self.backlog) }
    self.descriptor = descriptor
  }

  /// The number, for a `Poller`: readable when somebody waits.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Where it is itself.
  package func localAddress() throws(SystemError) -> SocketAddress { try descriptor.localAddress() }

  /// The next connection; nil if nobody waits.
  package func accept() throws(SystemError) -> StreamSocket? {
    let number = descriptor.rawValue
    do {
      return StreamSocket(Descriptor(owning: try shim("take a connection") { rmrun_socket_accept(number) }))
    } catch  where error.underlying == .wouldBlock || error.underlying == .connectionAbort {
      return nil
    }
  }
}

/// A connection of tcp(7), which never blocks.
package struct StreamSocket: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// Begins to connect. It can be written to when it is connected; what was wrong, the first sending says.
  package static func connect(to address: SocketAddress) throws(SystemError) -> StreamSocket {
    let descriptor = try Descriptor.socket(address.family, SOCK_STREAM)
    try descriptor.connect(to: address)
    return StreamSocket(descriptor)
  }

  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// The number, for a `Poller`.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Sends what there is room for.
  /// - Returns: how many bytes of it; 0 if there is none now.
  package func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int { try descriptor.send(bytes) }

  /// Receives what has come, at most `count` bytes.
  /// - Returns: nil if nothing has come yet; empty if the other end has closed.
  package func receive(upTo count: Int) throws(SystemError) -> [UInt8]? {
    try descriptor.receive(upTo: count)
  }
}
