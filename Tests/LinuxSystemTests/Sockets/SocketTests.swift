import ResourceModel
import SystemPackage
import Testing

@testable import LinuxSystem

@Suite("Sockets of UDP and TCP", .timeLimit(.minutes(15)))
struct SocketTests {
  private static let loopback = SocketAddress(IPAddress(ipv4: 0x7f00_0001), port: 0)

  private func wait(for number: Int32, _ events: Poller.Events = .readable) throws {
    var poller = try Poller()
    try poller.add(number, token: 0, events: events)
    try #require(try !poller.wait(until: Clock.boottime().advanced(by: .seconds(30))).isEmpty)
  }

  @Test("A datagram comes whole, from whom it is; one that is too long doesn't come, and nothing means none")
  func datagrams() throws {
    let server = try DatagramSocket.bound(to: Self.loopback)
    let client = try DatagramSocket.connected(to: try server.localAddress())
    #expect(try server.receive(upTo: 16) == nil)
    for size in [3, 17, 0, 16] {
      try client.send([UInt8](repeating: 7, count: size))
      try wait(for: server.rawValue)
      let received = try #require(try server.receive(upTo: 16))
      #expect(received.bytes == (size == 17 ? nil : [UInt8](repeating: 7, count: size)))
      #expect(try received.from == client.localAddress())
    }
    try server.send([1], to: try client.localAddress())
    try wait(for: client.rawValue)
    #expect(try client.receive(upTo: 16)?.bytes == [1])
  }

  @Test("A connected socket hears of others' datagrams nothing, and that nobody listens")
  func connected() throws {
    var port: SocketAddress?
    do {
      let server = try DatagramSocket.bound(to: Self.loopback)
      port = try server.localAddress()
    }
    let client = try DatagramSocket.connected(to: try #require(port))
    let stranger = try DatagramSocket.bound(to: Self.loopback)
    try stranger.send([1], to: try client.localAddress())
    #expect(try client.receive(upTo: 16) == nil)
    try client.send([1])
    try wait(for: client.rawValue)
    let error = #expect(throws: SystemError.self) { _ = try client.receive(upTo: 16) }
    #expect(error?.code == .unanswered)
  }

  @Test("A stream carries bytes both ways until it is closed")
  func streams() throws {
    let listener = try StreamListener(at: Self.loopback)
    #expect(try listener.accept() == nil)
    let address = try listener.localAddress()
    #expect(address.port != 0)
    let client = try StreamSocket.connect(to: address)
    try wait(for: listener.rawValue)
    do {
      guard let server = try listener.accept() else {
        Issue.record("nobody waits")
        return
      }
      #expect(try server.receive(upTo: 4) == nil)
      #expect(try client.send([1, 2, 3][...]) == 3)
      try wait(for: server.rawValue)
      #expect(try server.receive(upTo: 2) == [1, 2])
      #expect(try server.receive(upTo: 2) == [3])
    }
    try wait(for: client.rawValue)
    #expect(try client.receive(upTo: 4) == [])
  }

  @Test("A port that is taken is said with its address")
  func taken() throws {
    let listener = try StreamListener(at: Self.loopback)
    let address = try listener.localAddress()
    let error = #expect(throws: SystemError.self) { _ = try StreamListener(at: address) }
    #expect(error?.underlying == .addressInUse)
    #expect(error?.path == "127.0.0.1:\(address.port)")
  }
}
