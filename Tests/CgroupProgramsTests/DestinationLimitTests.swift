import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupPrograms

@Suite(
  "Refusing destinations", .enabled(if: Stage.obstacle == nil, "needs what lets packets be counted"),
  .timeLimit(.minutes(15)))
struct DestinationLimitTests {
  /// Sends a datagram, and connects: `tried(address, port)` is what came of both. Nobody listens at these ports.
  private static let tools = """
    import errno, socket, sys, time
    def family(address): return socket.AF_INET6 if ":" in address else socket.AF_INET
    def name(call, *words):
        try:
            call(*words)
            return "passed"
        except ConnectionRefusedError:
            return "passed"
        except OSError as error:
            return errno.errorcode[error.errno]
    def sent(address, port):
        with socket.socket(family(address), socket.SOCK_DGRAM) as client:
            return name(client.sendto, b"x", (address, port))
    def connected(address, port, kind=socket.SOCK_STREAM):
        with socket.socket(family(address), kind) as client:
            client.settimeout(2)
            return name(client.connect, (address, port))
    def tried(address, port):
        return {sent(address, port), connected(address, port), connected(address, port, socket.SOCK_DGRAM)}
    def check(found, expected): assert found == expected, (found, expected)

    """

  private func stage(_ list: String) throws -> (Stage, DestinationLimit) {
    let stage = try Stage()
    let limit = try DestinationLimit(try DestinationRules(parsing: list))
    try limit.attach(to: stage.group)
    return (stage, limit)
  }

  private func run(_ script: String, in stage: Stage) throws {
    try stage.run("exec python3 - <<'END'\n\(Self.tools)\(script)\nEND")
  }

  @Test func whatIsNotListedIsRefusedAndCounted() throws {
    let (stage, limit) = try stage("192.0.2.1")
    try run(
      """
      for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
          check(tried(address, 9), {"EPERM"})
      """, in: stage)
    let refusals = try limit.refusals()
    #expect(refusals.otherDestinations == 0 && refusals.sockets == 0)
    let told = refusals.destinations.map { "\($0.address) \($0.port ?? 0)/\($0.protocolName) \($0.count)" }
    #expect(told == ["127.0.0.1 9/udp 4", "::1 9/udp 2", "127.0.0.1 9/tcp 2", "::1 9/tcp 1"])
  }

  @Test func withoutItEverythingPasses() throws {
    try run(
      """
      for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
          check(tried(address, 9), {"passed"})
      """, in: try Stage())
  }

  @Test func whatIsListedIsReachedAtItsPorts() throws {
    let (stage, limit) = try stage("127.1.0.0/16,127.2.0.1:9,127.2.0.0/24:10,[::1]:9")
    try run(
      """
      for address, port, expected in (
          ("127.1.2.3", 9, "passed"), ("127.1.2.3", 1234, "passed"), ("::ffff:127.1.2.3", 9, "passed"),
          ("127.0.0.1", 9, "EPERM"), ("127.2.0.1", 9, "passed"), ("127.2.0.1", 10, "passed"),
          ("127.2.0.1", 11, "EPERM"), ("127.2.0.2", 9, "EPERM"), ("127.2.0.2", 10, "passed"),
          ("::1", 9, "passed"), ("::1", 10, "EPERM"), ("0.0.0.0", 9, "EPERM"),
      ):
          check((address, port, tried(address, port)), (address, port, {expected}))
      """, in: stage)
    #expect(try limit.refusals().destinations.count == 2 * 5)
  }

  @Test func aNamesAddressIsReachedForItsLife() throws {
    let (stage, limit) = try stage("api.example.com")
    let address = try IPAddress(parsing: "127.3.0.1")
    try limit.allow(address, port: 9, for: .seconds(3600))
    try limit.allow(try IPAddress(parsing: "127.3.0.2"), port: 0, for: .seconds(3600))
    try limit.allow(try IPAddress(parsing: "127.3.0.3"), port: 0, for: .zero)
    // The shorter of two does not end the longer.
    try limit.allow(address, port: 9, for: .zero)
    try run(
      """
      check(tried("127.3.0.1", 9), {"passed"})
      check(tried("127.3.0.1", 10), {"EPERM"})
      check(tried("127.3.0.2", 10), {"passed"})
      check(tried("127.3.0.3", 10), {"EPERM"})
      """, in: stage)
  }

  @Test func whatHasEndedMakesRoom() throws {
    let (stage, limit) = try stage("*.example.com")
    for number in 0..<UInt32(DestinationLimit.mostAddresses) {
      let life: Duration = number == 7 ? .zero : .seconds(3600)
      try limit.allow(IPAddress(ipv4: 0x0a00_0000 + number), port: 0, for: life)
    }
    try limit.allow(try IPAddress(parsing: "127.3.0.1"), port: 0, for: .seconds(3600))
    #expect(throws: SystemError.self) {
      try limit.allow(try IPAddress(parsing: "127.3.0.2"), port: 0, for: .seconds(3600))
    }
    try run(#"check((sent("127.3.0.1", 9), sent("127.3.0.2", 9)), ("passed", "EPERM"))"#, in: stage)
  }

  @Test func thereIsRoomForAllPortsOfAName() throws {
    let (_, limit) = try stage("*.example.com:80,*.example.com:443")
    for number in 0..<UInt32(DestinationLimit.mostAddresses) {
      for port in [80, 443] as [UInt16] {
        try limit.allow(IPAddress(ipv4: 0x0a00_0000 + number), port: port, for: .seconds(3600))
      }
    }
    #expect(throws: SystemError.self) {
      try limit.allow(try IPAddress(parsing: "127.3.0.2"), port: 80, for: .seconds(3600))
    }
  }

  @Test func moreThanCanBeToldApartAreCountedTogether() throws {
    let (stage, limit) = try stage("192.0.2.1")
    let more = DestinationLimit.mostRefused + 100
    try run("for port in range(1000, \(1000 + more)): check(sent('127.0.0.1', port), 'EPERM')", in: stage)
    let refusals = try limit.refusals()
    #expect(refusals.destinations.count == NetworkRefusals.most)
    #expect(refusals.otherDestinations == UInt64(more - NetworkRefusals.most))
  }

  /// A server that stands in for the job's own; the job asks another, in every way, and sees that one's address.
  @Test func everyNameServerIsItsOwn() throws {
    let (stage, limit) = try stage("127.0.0.1,::1")
    try limit.ask(.init(udp4: 45353, tcp4: 45353, udp6: 45353, tcp6: 45353))
    try run(
      """
      servers = []
      for address in ("127.0.0.1", "::1"):
          for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
              server = socket.socket(family(address), kind)
              server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
              server.bind((address, 45353))
              if kind == socket.SOCK_STREAM: server.listen()
              servers.append((address, kind, server))
      def answer(address, kind):
          (server,) = [each[2] for each in servers if each[:2] == (address, kind)]
          if kind == socket.SOCK_STREAM:
              peer, _ = server.accept()
              peer.sendall(peer.recv(10).upper())
          else:
              data, peer = server.recvfrom(10)
              server.sendto(data.upper(), peer)
      for asked, local in (
          ("192.0.2.53", "127.0.0.1"), ("127.0.0.53", "127.0.0.1"), ("::ffff:192.0.2.53", "127.0.0.1"),
          ("2001:db8::53", "::1"),
      ):
          # Not connected, as musl asks.
          with socket.socket(family(asked), socket.SOCK_DGRAM) as client:
              client.sendto(b"hello", (asked, 53))
              answer(local, socket.SOCK_DGRAM)
              data, peer = client.recvfrom(10)
              check((data, peer[:2]), (b"HELLO", (asked, 53)))
          # Connected, as glibc asks.
          for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
              with socket.socket(family(asked), kind) as client:
                  client.connect((asked, 53))
                  client.send(b"hello")
                  answer(local, kind)
                  check(client.recv(10), b"HELLO")
                  check(client.getpeername()[:2], (asked, 53))
      """, in: stage)
    #expect(try limit.refusals() == NetworkRefusals())
  }

  @Test func aNameServerThatIsListedIsAskedItself() throws {
    let (stage, limit) = try stage("127.0.0.1,127.9.0.1:53,127.9.1.0/24")
    // No job may have this port.
    let listed = try DatagramSocket.bound(to: SocketAddress(try IPAddress(parsing: "127.9.0.1"), port: 53))
    let own = try DatagramSocket.bound(to: SocketAddress(IPAddress(ipv4: 0x7f00_0001), port: 0))
    let port = try own.localAddress().port
    try limit.ask(.init(udp4: port, tcp4: port))
    try run(
      """
      for address, said in (("127.9.0.1", b"listed"), ("127.9.1.1", b"own")):
          with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
              client.sendto(said, (address, 53))
      """, in: stage)
    #expect(try listed.receive(upTo: 10)?.bytes == Array("listed".utf8))
    #expect(try own.receive(upTo: 10)?.bytes == Array("own".utf8))
    #expect(try limit.refusals() == NetworkRefusals())
  }

  @Test func withoutANameServerNobodyIsAsked() throws {
    let (stage, limit) = try stage("127.0.0.1")
    try run(#"check(tried("127.0.0.1", 53), {"EPERM"})"#, in: stage)
    #expect(try limit.refusals().destinations.count == 2)
  }

  @Test func theNameServersPortIsNobodys() throws {
    let script = """
      def bound(address, port, kind):
          with socket.socket(family(address), kind) as server:
              return name(server.bind, (address, port))
      places = [(address, kind) for address in ("127.8.0.1", "::1", "::ffff:127.8.0.1") for kind in (1, 2)]
      made = [[bound(address, port, kind) for address, kind in places] for port in (53, 0)]
      """
    let (stage, _) = try stage("127.0.0.0/8,::1")
    try run(script + "\ncheck(made, [6 * ['EPERM'], 6 * ['passed']])", in: stage)
    try run(script + "\ncheck(made, [6 * ['passed'], 6 * ['passed']])", in: try Stage())
  }

  @Test func othersThanTCPAndUDPAreRefused() throws {
    let script = """
      kinds = [
          (socket.AF_INET, socket.SOCK_RAW, 255), (socket.AF_INET, socket.SOCK_RAW, 1), (socket.AF_INET6, socket.SOCK_RAW, 58),
          (socket.AF_INET, socket.SOCK_STREAM, 262), (socket.AF_INET, socket.SOCK_DGRAM, 136),
      ]
      made = [name(socket.socket, *kind) for kind in kinds]
      """
    let (stage, limit) = try stage("0.0.0.0/0")
    try run(script + "\ncheck(set(made), {'EPERM'})", in: stage)
    #expect(try limit.refusals().sockets == 5)
    try run(script + "\ncheck(set(made), {'passed'})", in: try Stage())
  }

  /// By a list of hosts that IPv4's options carry (RFC 791, loose source route), and by a header of IPv6's (RFC 8754).
  @Test func aDetourByAnotherHostIsRefused() throws {
    let script = """
      import struct
      four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      plain = name(four.sendto, b"x", ("127.0.0.1", 9))
      four.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes([131, 7, 4]) + socket.inet_aton("127.9.9.9") + b"\\0")
      detour = name(four.sendto, b"x", ("127.0.0.1", 9))
      six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
      said = [name(six.sendto, b"x", ("::1", 9))]
      by = socket.inet_pton(socket.AF_INET6, "::1")
      six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RTHDR, bytes([0, 4, 4, 1, 1, 0, 0, 0]) + 2 * by)
      said += [name(six.sendto, b"x", ("::1", 9))]
      """
    let (stage, limit) = try stage("127.0.0.1,::1")
    try run(
      script + "\ncheck((plain, detour, said), ('passed', 'EPERM', ['passed', 'EPERM']))", in: stage)
    let places = try limit.refusals().destinations.map { "\($0.address) \($0.protocolName)" }
    #expect(places == ["::1 ip-43", "127.9.9.9 udp"])
    try run(
      script + "\ncheck((plain, detour, said), ('passed', 'passed', ['passed', 'passed']))", in: try Stage())
  }
}
