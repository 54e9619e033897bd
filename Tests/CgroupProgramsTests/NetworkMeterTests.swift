import LinuxSystem
import Testing

@testable import CgroupPrograms

@Suite(
  "Counting packets", .enabled(if: Stage.obstacle == nil, "needs what lets packets be counted"),
  .timeLimit(.minutes(15)))
struct NetworkMeterTests {
  /// Headers of IPv4 and UDP, of IPv6 and UDP.
  private static let headers = (four: 28, six: 48)

  private func sent(_ traffic: NetworkTraffic) -> NetworkTraffic.Amount { traffic.loopbackSent }

  @Test func everyPacketWithItsHeadersIsCounted() throws {
    let stage = try Stage()
    let meter = try NetworkMeter(holds: false)
    try meter.attach(to: stage.group)
    #expect(try meter.read() == NetworkTraffic())
    try stage.send(7, of: 100)
    var expected = NetworkTraffic()
    expected.loopbackSent = .init(bytes: UInt64(7 * (100 + Self.headers.four)), packets: 7)
    #expect(try meter.read() == expected)
    try stage.send(3, of: 10, to: "::1")
    expected.loopbackSent.bytes += UInt64(3 * (10 + Self.headers.six))
    expected.loopbackSent.packets += 3
    #expect(try meter.read() == expected)
  }

  /// What the kernel makes of one call is on the wire as many.
  @Test(arguments: [("127.0.0.1", headers.four), ("::1", headers.six)])
  func segmentsOfDatagramsCountAsWhatTheyAreOnTheWire(to address: String, headers: Int) throws {
    let stage = try Stage()
    let meter = try NetworkMeter(holds: false)
    try meter.attach(to: stage.group)
    try stage.run(
      """
      exec python3 -c '
      import socket
      family = socket.AF_INET6 if ":" in "\(address)" else socket.AF_INET
      receiver = socket.socket(family, socket.SOCK_DGRAM)
      receiver.bind(("\(address)", 0))
      sender = socket.socket(family, socket.SOCK_DGRAM)
      sender.setsockopt(socket.SOL_UDP, 103, 100)  # UDP_SEGMENT
      sender.sendto(bytes(950), receiver.getsockname())
      '
      """)
    let traffic = try meter.read()
    #expect(sent(traffic) == .init(bytes: UInt64(950 + 10 * headers), packets: 10))
    #expect(traffic.loopbackReceived == sent(traffic))
  }

  /// Over a connection what is sent comes in at the other end, which is the group's as well.
  @Test func whatComesInIsCountedApart() throws {
    let stage = try Stage()
    let meter = try NetworkMeter(holds: false)
    try meter.attach(to: stage.group)
    try stage.run(
      """
      exec python3 -c '
      import socket
      server = socket.create_server(("127.0.0.1", 0))
      client = socket.create_connection(server.getsockname())
      peer, _ = server.accept()
      client.sendall(b"x" * 1000)
      assert len(peer.recv(1000, socket.MSG_WAITALL)) == 1000
      '
      """)
    let traffic = try meter.read()
    #expect(traffic.loopbackReceived.bytes >= 1000 && traffic.loopbackSent.bytes >= 1000)
    // SYN, SYN and ACK, ACK, the bytes, an ACK of them.
    #expect(traffic.loopbackReceived.packets >= 5 && traffic.loopbackSent.packets >= 5)
    #expect(traffic.sent == .init() && traffic.received == .init())
  }

  @Test func othersAreNotCountedNorWhatWasBefore() throws {
    let (stage, other) = (try Stage(), try Stage())
    try stage.send(2, of: 10)
    let meter = try NetworkMeter(holds: false)
    try meter.attach(to: stage.group)
    try other.send(2, of: 10)
    #expect(try meter.read() == NetworkTraffic())
  }

  @Test func aGroupBelowCountsForAllAbove() throws {
    let outer = try Stage()
    let inner = try Stage(in: outer.path)
    let (above, below) = (try NetworkMeter(holds: false), try NetworkMeter(holds: false))
    try above.attach(to: outer.group)
    try below.attach(to: inner.group)
    try inner.send(4, of: 1)
    try outer.send(1, of: 1)
    #expect(try sent(below.read()).packets == 4)
    #expect(try sent(above.read()).packets == 5)
  }

  @Test func countersOutliveTheirSupervisor() throws {
    let stage = try Stage()
    #expect(try NetworkMeter.left(on: stage.group) == nil)
    do {
      let meter = try NetworkMeter(holds: false)
      try meter.attach(to: stage.group)
      try stage.send(5, of: 20)
    }
    let left = try #require(try NetworkMeter.left(on: stage.group))
    #expect(left.loopbackSent == .init(bytes: UInt64(5 * (20 + Self.headers.four)), packets: 5))
  }

  @Test func itIsLoadedAside() throws {
    let stage = try Stage()
    let meter = try ProgramLoading.start { () throws(SystemError) in try NetworkMeter(holds: false) }
      .get().loaded()
    try meter.attach(to: stage.group)
    try stage.send(1, of: 1)
    #expect(try sent(meter.read()).packets == 1)
  }

  /// Two sums at a time, as many packets on as many CPUs.
  @Test func noPacketIsLostAmongMany() throws {
    let stage = try Stage()
    let meter = try NetworkMeter(holds: false)
    try meter.attach(to: stage.group)
    try stage.run(
      "for j in 1 2 3 4; do (for i in {1..2000}; do printf x >/dev/udp/127.0.0.1/9; done) & done; wait")
    #expect(try sent(meter.read()) == .init(bytes: UInt64(8000 * (1 + Self.headers.four)), packets: 8000))
  }
}
