import LinuxSystem
import ResourceModel
import Synchronization
import Testing

@testable import NameResolution

@Suite("Asking upstream", .timeLimit(.minutes(15)))
struct UpstreamTests {
  private static let query = Message.query("www.example.com", edns: 1232)
  /// For upstreams that don't answer: all of it is waited for.
  private static let short = Duration.milliseconds(200)

  private static func good(_ query: Message) -> Message {
    query.answer([.address("www.example.com", "8.8.8.8")])
  }

  @Test("A truncated answer is asked for again over TCP, and only that one counts")
  func truncated() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { query, way in
      var answer = query.answer(
        (0..<60).map { .address("www.example.com", IPAddress(ipv4: 0x0808_0800 + $0)) })
      if way == .datagram {
        answer = query.answer([.address("www.example.com", "9.9.9.9")])
        answer.isTruncated = true
      }
      return [try answer.encoded()]
    }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: gate)
    let answer = try StreamAsker(server).ask(Self.query)
    #expect(answer.addresses == (0..<60).map { IPAddress(ipv4: 0x0808_0800 + $0) })
    #expect(gate.openings.map(\.address) == answer.addresses)
    #expect(upstream.asked.map(\.way) == [.datagram, .stream])
  }

  @Test("An answer that is too long for the job's datagram is truncated there; over TCP it is whole")
  func longAnswers() throws {
    let upstream = try FakeUpstream { query, way in
      // 512 bytes are 30 addresses.
      [
        try query.answer((0..<30).map { .address("www.example.com", IPAddress(ipv4: 0x0808_0800 + $0)) })
          .encoded()
      ]
    }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: Gate())
    let asker = try Asker(server)
    let short = try asker.ask(.query("www.example.com"))
    #expect(short.isTruncated && short.answers.isEmpty && short.code == .noError)
    #expect(try asker.ask(.query("www.example.com", edns: 1232)).answers.count == 30)
    #expect(try StreamAsker(server).ask(.query("www.example.com")).answers.count == 30)
  }

  @Test("What isn't the answer to the question is passed over, and the answer still awaited")
  func forged() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { query, way in
      func forged(_ change: (inout Message) -> Void) throws -> [UInt8] {
        var message = query.answer([.address("www.example.com", "9.9.9.9")])
        change(&message)
        return try message.encoded()
      }
      return [
        try forged { $0.id ^= 1 }, try forged { $0.question?.name = "www.example.net" },
        try forged { $0.question?.type = .aaaa }, try forged { $0.isResponse = false },
        try forged { $0.opcode = 2 },
        try forged { $0.question?.class = RecordClass(rawValue: 3) }, [], [1],
        [UInt8](repeating: 0xff, count: 600),
        [UInt8](repeating: 0, count: 5000), try Self.good(query).encoded(),
      ]
    }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: gate)
    #expect(try Asker(server).ask(Self.query).addresses == ["8.8.8.8"])
    #expect(gate.openings.map(\.address) == ["8.8.8.8"])
    #expect(upstream.asked.count == 1)
  }

  @Test("The case of the name in an answer doesn't count")
  func answerInCapitals() throws {
    let upstream = try FakeUpstream { query, _ in
      var answer = query.answer([.address("WWW.EXAMPLE.COM", "8.8.8.8")])
      answer.question?.name = "WWW.EXAMPLE.COM"
      return [try answer.encoded()]
    }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: Gate())
    #expect(try Asker(server).ask(Self.query).addresses == ["8.8.8.8"])
  }

  @Test("With forged answers only, the query fails when its time is over")
  func forgedOnly() throws {
    let gate = Gate()
    let upstream = try FakeUpstream { query, _ in
      var answer = Self.good(query)
      answer.id ^= 1
      return [try answer.encoded()]
    }
    let server = try NameServer.start("www.example.com", [upstream.address], timeout: Self.short, gate: gate)
    let answer = try Asker(server).ask(Self.query)
    #expect(answer.code == .serverFailure && answer.answers.isEmpty)
    #expect(answer.extendedError == 22)
    #expect(gate.openings.isEmpty)
  }

  @Test("A server that is silent makes room for the next, in turn, so many times")
  func silence() throws {
    let order = Mutex<[Int]>([])
    let upstreams = try (0..<2).map { number in
      try FakeUpstream { query, _ in
        let tries = order.withLock {
          $0.append(number)
          return $0.count
        }
        return tries == 4 ? [try Self.good(query).encoded()] : []
      }
    }
    let addresses = upstreams.map(\.address)
    let server = try NameServer.start(
      "www.example.com", addresses, timeout: Self.short, attempts: 2, gate: Gate())
    #expect(try Asker(server).ask(Self.query).addresses == ["8.8.8.8"])
    #expect(order.withLock { $0 } == [0, 1, 0, 1])
    // One more is one too many.
    order.withLock { $0 = [0, 0, 0, 0] }
    #expect(try Asker(server).ask(Self.query).code == .serverFailure)
    // The one that answered comes first.
    #expect(order.withLock { $0 } == [0, 0, 0, 0, 1, 0, 1, 0])
  }

  @Test("One that was silent is asked after the others by the next question, and not waited for again")
  func resting() throws {
    let silent = try FakeUpstream { _, _ in [] }
    let good = try FakeUpstream { query, _ in [try Self.good(query).encoded()] }
    let server = try NameServer.start(
      "www.example.com", [silent.address, good.address], timeout: Self.short, gate: Gate())
    for _ in 0..<3 { #expect(try Asker(server).ask(Self.query).addresses == ["8.8.8.8"]) }
    #expect(silent.asked.count == 1)
    #expect(good.asked.count == 3)
  }

  @Test("A late answer to an earlier attempt isn't taken for one to the next")
  func late() throws {
    let kept = Mutex<[UInt8]>([])
    let upstream = try FakeUpstream { query, _ in
      let wrong = try query.answer([.address("www.example.com", "9.9.9.9")]).encoded()
      let earlier = kept.withLock { kept in
        defer { kept = wrong }
        return kept
      }
      return earlier.isEmpty ? [] : [earlier, try Self.good(query).encoded()]
    }
    let server = try NameServer.start(
      "www.example.com", [upstream.address], timeout: Self.short, attempts: 3, gate: Gate())
    #expect(try Asker(server).ask(Self.query).addresses == ["8.8.8.8"])
  }

  @Test(
    "A server that can't tell makes room for the next at once",
    arguments: [ResponseCode.serverFailure, .refused, .notImplemented, .formatError])
  func failing(_ code: ResponseCode) throws {
    let failing = try FakeUpstream { query, _ in [try query.answer([], code).encoded()] }
    let good = try FakeUpstream { query, _ in [try Self.good(query).encoded()] }
    // The timeouts of the test are longer than its time.
    let server = try NameServer.start(
      "www.example.com", [failing.address, good.address], timeout: .seconds(3600), gate: Gate())
    #expect(try Asker(server).ask(Self.query).addresses == ["8.8.8.8"])
    #expect(failing.asked.count == 1)
    let alone = try NameServer.start(
      "www.example.com", [failing.address], timeout: .seconds(3600), attempts: 2, gate: Gate())
    #expect(try Asker(alone).ask(Self.query).code == .serverFailure)
    #expect(failing.asked.count == 3)
  }

  @Test("Nor is one waited for at whose port nobody listens, or that closes the connection")
  func absent() throws {
    // The port is free once the socket is gone.
    let free = try DatagramSocket.bound(to: SocketAddress("127.0.0.1", port: 0)).localAddress()
    let cut = try FakeUpstream { query, way in
      var answer = query.answer([])
      answer.isTruncated = true
      // Over TCP it is no answer to have none.
      return way == .datagram ? [try answer.encoded()] : [[UInt8]()]
    }
    let good = try FakeUpstream { query, _ in [try Self.good(query).encoded()] }
    let server = try NameServer.start(
      "www.example.com", [free, cut.address, good.address], timeout: .seconds(3600), gate: Gate())
    #expect(try Asker(server).ask(Self.query).addresses == ["8.8.8.8"])
    #expect(cut.asked.map(\.way) == [.datagram, .stream])
  }

  @Test("That there is no such name is an answer")
  func noSuchName() throws {
    let upstream = try FakeUpstream { query, _ in [try query.answer([], .noSuchName).encoded()] }
    let server = try NameServer.start("www.example.com", [upstream.address], attempts: 2, gate: Gate())
    let answer = try Asker(server).ask(Self.query)
    #expect(answer.code == .noSuchName && answer.extendedError == nil)
    #expect(upstream.asked.count == 1)
    #expect(server.refusals().entries.isEmpty)
  }
}
