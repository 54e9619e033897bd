import LinuxSystem
import ResourceModel
import SystemPackage

/// The sockets on the loopback that the job's queries come to: of one kind of address.
final class Listeners: Sendable {
  let datagrams: DatagramSocket
  let streams: StreamListener
  let ports: NameServer.Ports

  /// How often another port is drawn before there are two.
  private static let draws = 8

  /// At one port for both, if it can be had: a program that asks for a port's number finds the one that it knows.
  init(at address: IPAddress) throws(SystemError) {
    var draw = 0
    while true {
      draw += 1
      let datagrams = try DatagramSocket.bound(to: SocketAddress(address, port: 0))
      let port = try datagrams.localAddress().port
      do {
        let streams = try StreamListener(at: SocketAddress(address, port: draw < Self.draws ? port : 0))
        ports = NameServer.Ports(datagram: port, stream: try streams.localAddress().port)
        self.datagrams = datagrams
        self.streams = streams
        return
      } catch  where error.underlying == .addressInUse && draw < Self.draws {}
    }
  }

  /// Nil where there is no IPv6.
  static func ipv6() throws(SystemError) -> Listeners? {
    do {
      return try Listeners(at: IPAddress(bits: 1))
    } catch  where error.underlying == .addressNotAvailable || error.underlying == .addressFamilyNotSupported
    {
      return nil
    }
  }
}
