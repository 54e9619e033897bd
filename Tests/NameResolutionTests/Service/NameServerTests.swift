import LinuxSystem
import ResourceModel
import Testing

@testable import NameResolution

@Suite("A job's name server", .timeLimit(.minutes(15)))
struct NameServerTests {
  @Test("A listed name is resolved, and its address let through for its life, before the job hears of it")
  func resolves() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { _ in [.address("www.example.com", "8.8.8.8", 60)] }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: gate)
    let query = Message.query("www.example.com", edns: 1232)
    let answer = try Asker(server).ask(query)
    #expect(gate.openings == [Gate.Opening(address: "8.8.8.8", port: 0, life: .seconds(60))])
    #expect(answer.id == query.id && answer.question == query.question && answer.code == .noError)
    #expect(answer.answers == [.address("www.example.com", "8.8.8.8", 60)])
    #expect(answer.edns?.options == [])
    #expect(server.refusals() == RefusedNames())
  }

  @Test("It listens over UDP and TCP, on IPv4 and, where there is IPv6, on that")
  func ways() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: gate)
    let query = Message.query("www.example.com")
    #expect(try StreamAsker(server).ask(query).addresses == ["8.8.8.8"])
    #expect(upstream.asked.map(\.way) == [.datagram])
    let hasIPv6 = (try? StreamListener(at: SocketAddress("::1", port: 0))) != nil
    #expect((server.ipv6 != nil) == hasIPv6)
    guard let ports = server.ipv6 else { return }
    #expect(try StreamAsker(SocketAddress("::1", port: ports.stream)).ask(query).addresses == ["8.8.8.8"])
    let socket = try DatagramSocket.connected(to: SocketAddress("::1", port: ports.datagram))
    try socket.send(query.encoded())
    var poller = try Poller()
    try poller.add(socket.rawValue, token: 0, events: .readable)
    #expect(try poller.wait(until: Clock.boottime().advanced(by: Asker.patience)).count == 1)
    #expect(try socket.receive(upTo: 4096)?.from == SocketAddress("::1", port: ports.datagram))
  }

  @Test("An address is let through at the ports of the list alone")
  func ports() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8", 60), .address($0.name, "8.8.4.4", 1)] }
    let server = try NameServer.start("www.example.com:443,*.example.com:80", [upstream.address], gate: gate)
    #expect(try Asker(server).ask(.query("www.example.com")).addresses == ["8.8.8.8", "8.8.4.4"])
    #expect(
      gate.openings == [
        Gate.Opening(address: "8.8.8.8", port: 80, life: .seconds(60)),
        Gate.Opening(address: "8.8.8.8", port: 443, life: .seconds(60)),
        Gate.Opening(address: "8.8.4.4", port: 80, life: .seconds(5)),
        Gate.Opening(address: "8.8.4.4", port: 443, life: .seconds(5)),
      ])
  }

  @Test("What can't be let through isn't told")
  func failingGate() throws {
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    let server = try NameServer.start(
      rules: try DestinationRules(parsing: "www.example.com"),
      upstreams: Upstreams(servers: [upstream.address]),
      failed: { Issue.record($0) },
      allow: { (_, _, _) throws(SystemError) in throw SystemError("write to a map", code: .noSpace) })
    let answer = try Asker(server).ask(.query("www.example.com", edns: 1232))
    #expect(answer.code == .serverFailure && answer.answers.isEmpty)
    #expect(answer.extendedError == 0)
    #expect(upstream.asked.count == 1)
  }

  @Test(
    "Nothing of an unlisted name reaches upstream, nor do addresses' names and other classes; a listed name does"
  )
  func unlisted() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    let server = try NameServer.start("www.example.com,*.example.org", [upstream.address], gate: gate)
    let asker = try Asker(server)
    var chaos = Message.query("www.example.com", .txt)
    chaos.question?.class = RecordClass(rawValue: 3)
    let refused: [(Message, ResponseCode)] = [
      (.query("secret.evil.example"), .noSuchName), (.query("example.org", .aaaa), .noSuchName),
      (.query("secret.evil.example", .txt), .noSuchName), (.query("8.8.8.8.in-addr.arpa", .ptr), .refused),
      (.query("www.example.org", .ptr), .refused), (chaos, .refused),
    ]
    for (query, code) in refused { #expect(try asker.ask(query).code == code) }
    for (type, code) in [
      (RecordType.https, ResponseCode.noError), (.svcb, .noError), (.any, .notImplemented),
    ] {
      let answer = try asker.ask(.query("www.example.com", type))
      #expect(answer.code == code && answer.answers.isEmpty)
    }
    #expect(try StreamAsker(server).ask(.query("secret.evil.example")).code == .noSuchName)
    // All of them were answered, so that nothing is on its way.
    #expect(upstream.asked.isEmpty)
    #expect(gate.openings.isEmpty)
    #expect(
      server.refusals().entries.map { "\($0.name) \($0.count)" } == [
        "secret.evil.example 3", "8.8.8.8.in-addr.arpa 1", "example.org 1", "www.example.com 1",
        "www.example.org 1",
      ])
    #expect(server.refusals().others == 0)
    #expect(try asker.ask(.query("a.b.example.org")).addresses == ["8.8.8.8"])
    #expect(upstream.asked.map(\.labels) == [["a", "b", "example", "org"]])
  }

  @Test(
    "Upstream sees the name and the type alone: its number, its case and its options are the server's own")
  func anonymity() throws {
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: Gate())
    var query = Message.query("wWw.eXample.COM", id: 0x5a5a, edns: 4096)
    query.edns?.options = [EDNS.Option(code: 65_001, data: Array("secret".utf8))]
    query.isTruncated = true
    let answer = try Asker(server).ask(query)
    let labels = answer.answers.map { $0.name.labels.map { String(decoding: $0, as: UTF8.self) } }
    #expect(labels == [["wWw", "eXample", "COM"]])
    for _ in 0..<7 { _ = try Asker(server).ask(query) }
    #expect(upstream.asked.count == 8)
    for asked in upstream.asked {
      #expect(asked.labels == ["www", "example", "com"])
      #expect(asked.message == .query("www.example.com", id: asked.message.id))
    }
    #expect(Set(upstream.asked.map(\.message.id)).count > 4)
  }

  @Test(
    "A public name that names a private address is refused, listed or not by itself; a listed network is not")
  func rebinding() throws {
    let gate = Gate()
    let upstream = try FakeUpstream {
      let addresses: [IPAddress] =
        $0.name == "db.example.com" ? ["10.1.2.3"] : ["8.8.8.8", "169.254.169.254"]
      return addresses.map { .address("\($0 == "10.1.2.3" ? "db" : "evil").example.com", $0) }
    }
    let server = try NameServer.start("*.example.com,10.0.0.0/8:5432", [upstream.address], gate: gate)
    let asker = try Asker(server)
    let refused = try asker.ask(.query("evil.example.com", edns: 1232))
    #expect(refused.code == .noSuchName && refused.answers.isEmpty)
    #expect(refused.extendedError == 17)
    #expect(try asker.ask(.query("db.example.com")).addresses == ["10.1.2.3"])
    // What is listed as a network is let through as it is listed.
    #expect(gate.openings.isEmpty)
    #expect(server.refusals().entries == [RefusedNames.Entry(name: "evil.example.com", count: 1)])
  }

  @Test("Of the refused names the first 64 are kept, and how many queries there were for others")
  func manyRefusals() throws {
    let server = try NameServer.start("a.example", [SocketAddress("127.0.0.1", port: 1)], gate: Gate())
    let asker = try Asker(server)
    for number in 0..<100 { _ = try asker.ask(.query("n\(number).example")) }
    for _ in 0..<2 { _ = try asker.ask(.query("n63.example")) }
    let refusals = server.refusals()
    #expect(refusals.entries.count == 64)
    #expect(refusals.entries.first == RefusedNames.Entry(name: "n63.example", count: 3))
    #expect(refusals.entries.dropFirst().allSatisfy { $0.count == 1 })
    #expect(refusals.others == 36)
  }

  @Test("Once it has been stopped it lets nothing through and answers nothing")
  func stopping() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: gate)
    let asker = try Asker(server)
    #expect(try asker.ask(.query("www.example.com")).addresses == ["8.8.8.8"])
    server.stop()
    // Its sockets close with its thread: then nobody is there any more.
    func answer() -> Message? {
      guard let asker = try? StreamAsker(server),
        (try? asker.send(Message.query("www.example.com").encoded())) != nil
      else { return nil }
      return try? asker.receive()
    }
    let end = Clock.boottime().advanced(by: Asker.patience)
    var last = answer()
    while last != nil, Clock.boottime() < end { last = answer() }
    #expect(last == nil)
    #expect(gate.openings.count == 1)
  }

  @Test("What is on its way when it is stopped is not let through")
  func stoppedOnTheWay() throws {
    let state = ServerState(bell: try Doorbell())
    #expect(state.whileServing {})
    #expect(
      !state.whileServing { () throws(SystemError) in throw SystemError("write to a map", code: .noSpace) })
    state.stop()
    #expect(!state.whileServing { Issue.record("it was let through") })
  }
}
