import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@testable import NameResolution

@Suite("A name server under load", .timeLimit(.minutes(15)))
struct LoadTests {
  /// An upstream that the test itself plays.
  private struct Upstream: ~Copyable {
    let socket: DatagramSocket
    var poller: Poller
    var asked: [(message: Message, from: SocketAddress)] = []

    init() throws {
      let socket = try DatagramSocket.bound(to: SocketAddress("127.0.0.1", port: 0))
      let poller = try Poller()
      try poller.add(socket.rawValue, token: 0, events: .readable)
      self.socket = socket
      self.poller = poller
    }

    /// Waits for queries until there are so many, or none has come for so long.
    mutating func wait(for count: Int, silence: Duration = Asker.patience) throws {
      while asked.count < count {
        if try poller.wait(until: Clock.boottime().advanced(by: silence)).isEmpty { return }
        if let (bytes, from) = try socket.receive(upTo: 4096) {
          asked.append((try Message(decoding: bytes ?? []), from))
        }
      }
    }

    /// Answers all that wait, each with an address of its own.
    mutating func answer() throws {
      for (query, from) in asked {
        let name = try #require(query.question?.name)
        let number = try #require(UInt32(String(decoding: name.labels[0], as: UTF8.self)))
        try socket.send(
          query.answer([.address(name, IPAddress(ipv4: 0x0800_0000 + number))]).encoded(), to: from)
      }
      asked = []
    }
  }

  @Test("Of 300 queries at once, no more are asked upstream at a time than may be, and all are answered")
  func atOnce() throws {
    var upstream = try Upstream()
    let gate = Gate()
    var bounds = ServerBounds(descriptors: nil)
    bounds.lookups = 100
    let server = try NameServer.start(
      "*.example.com", [upstream.socket.localAddress()], bounds: bounds, gate: gate)
    // Not all are sent before 100 have been taken: the kernel's queue for them holds fewer than 300.
    let first = try Asker(server)
    let second = try Asker(server)
    for number in 0..<150 {
      try first.send(Message.query("\(number).example.com", id: UInt16(number)).encoded())
    }
    try upstream.wait(for: 100)
    for number in 150..<300 {
      try second.send(Message.query("\(number).example.com", id: UInt16(number)).encoded())
    }
    // So long one more has to come, if there were one.
    try upstream.wait(for: 101, silence: .milliseconds(300))
    #expect(upstream.asked.count == 100)
    for _ in 0..<2 {
      try upstream.answer()
      try upstream.wait(for: 100)
    }
    try upstream.answer()
    func answers(to asker: borrowing Asker, _ numbers: Range<Int>) throws {
      var answered = Set<Int>()
      for _ in numbers {
        let answer = try #require(try asker.receive())
        #expect(answer.addresses == [IPAddress(ipv4: 0x0800_0000 + UInt32(answer.id))])
        answered.insert(Int(answer.id))
      }
      #expect(answered == Set(numbers))
    }
    try answers(to: first, 0..<150)
    try answers(to: second, 150..<300)
    #expect(Set(gate.openings.map(\.address)).count == 300)
  }

  @Test("All who ask the same before it is answered wait for one answer, and each has his own")
  func together() throws {
    var upstream = try Upstream()
    let gate = Gate()
    let server = try NameServer.start("*.example.com", [upstream.socket.localAddress()], gate: gate)
    let first = try Asker(server)
    for id in [1, 1, 2, 1] as [UInt16] { try first.send(Message.query("1.example.com", id: id).encoded()) }
    let second = try Asker(server)
    try second.send(Message.query("1.EXAMPLE.com", id: 1).encoded())
    let stream = try StreamAsker(server)
    try stream.send(Message.query("1.example.com", id: 3, edns: 4096).encoded())
    try second.send(Message.query("1.example.com", .aaaa, id: 4).encoded())
    try upstream.wait(for: 2)
    try upstream.wait(for: 3, silence: .milliseconds(300))
    #expect(
      Set(upstream.asked.map(\.message.question)) == [
        Question("1.example.com", .a), Question("1.example.com", .aaaa),
      ])
    #expect(upstream.asked.count == 2)
    try upstream.answer()
    // Who asked twice with one number is answered once.
    #expect(Set([try first.receive()?.id, try first.receive()?.id]) == [1, 2])
    let answers = [try #require(try second.receive()), try #require(try second.receive())]
    let own = try #require(answers.first { $0.id == 1 })
    #expect(
      own.question?.name.labels[1] == Array("EXAMPLE".utf8)
        && own.answers.first?.name.labels[1] == Array("EXAMPLE".utf8))
    let overTCP = try #require(try stream.receive())
    #expect(overTCP.id == 3 && overTCP.edns != nil && overTCP.addresses == ["8.0.0.1"])
    #expect(gate.openings.count == 1)
  }

  @Test("No more than 64 wait for one answer, and nobody else is asked for the next")
  func crowd() throws {
    var upstream = try Upstream()
    let server = try NameServer.start("*.example.com", [upstream.socket.localAddress()], gate: Gate())
    let asker = try Asker(server)
    for id in 1...65 as ClosedRange<UInt16> {
      try asker.send(Message.query("1.example.com", id: id).encoded())
    }
    let stream = try StreamAsker(server)
    try stream.send(Message.query("1.example.com").encoded())
    #expect(try stream.receive() == nil)
    try upstream.wait(for: 1)
    try upstream.wait(for: 2, silence: .milliseconds(300))
    #expect(upstream.asked.count == 1)
    try upstream.answer()
    var ids = Set<UInt16>()
    for _ in 1...64 { ids.insert(try #require(try asker.receive()).id) }
    #expect(ids == Set(1...64))
    // A question of its own is answered, and after it nothing is on its way.
    try asker.send(Message.query("2.example.com", id: 99).encoded())
    try upstream.wait(for: 1)
    try upstream.answer()
    #expect(try asker.receive()?.id == 99)
  }

  @Test("The number of sockets follows that of descriptors")
  func bounds() {
    for (descriptors, lookups, clients) in [
      (nil, 128, 32), (1024, 128, 32), (256, 64, 16), (20, 5, 1), (0, 1, 1),
    ]
      as [(UInt64?, Int, Int)]
    {
      let bounds = ServerBounds(descriptors: descriptors)
      #expect(bounds.lookups == lookups && bounds.clients == clients)
    }
  }

  @Test("Garbage is told so, or not answered; the next query is")
  func garbage() throws {
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: Gate())
    let asker = try Asker(server)
    try asker.send(bytes("abcd 0100 0002 0000 0000 0000"))
    #expect(try asker.receiveBytes() == bytes("abcd 8001 0000 0000 0000 0000"))
    var generator = SeededGenerator(seed: 5353)
    for length in [0, 1, 11, 12, 13, 40, 512, 4096, 4097, 60_000] {
      var garbage = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      // As an answer, so that it has none.
      if length > 2 { garbage[2] |= 0x80 }
      try asker.send(garbage)
    }
    try asker.send(Message.query("www.example.com").answer([]).encoded())
    #expect(try asker.ask(.query("www.example.com")).addresses == ["8.8.8.8"])
    #expect(upstream.asked.count == 1)
  }

  @Test("Over TCP, too, and a connection with it ends")
  func streamGarbage() throws {
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    let server = try NameServer.start("www.example.com", [upstream.address], gate: Gate())
    // Too long, not a query, an answer.
    for message in [
      [UInt8](repeating: 0, count: 4097), [1, 2, 3],
      try Message.query("www.example.com").answer([]).encoded(),
    ] {
      let asker = try StreamAsker(server)
      try asker.send(message)
      #expect(try asker.receive() == nil)
    }
    let asker = try StreamAsker(server)
    // One after the other, without waiting.
    for id in 1...5 as ClosedRange<UInt16> {
      try asker.send(Message.query("www.example.com", id: id).encoded())
    }
    for id in 1...5 as ClosedRange<UInt16> { #expect(try asker.receive()?.id == id) }
    #expect(upstream.asked.count == 5)
  }

  @Test("A connection that is silent is closed, which makes room for those that wait")
  func silentClients() throws {
    let upstream = try FakeUpstream { [.address($0.name, "8.8.8.8")] }
    var bounds = ServerBounds(descriptors: nil)
    bounds.clients = 2
    bounds.patience = .milliseconds(300)
    let server = try NameServer.start("www.example.com", [upstream.address], bounds: bounds, gate: Gate())
    let silent = [try StreamAsker(server), try StreamAsker(server)]
    #expect(try StreamAsker(server).ask(.query("www.example.com")).addresses == ["8.8.8.8"])
    for asker in silent { #expect(try asker.receive() == nil) }
  }

  @Test("One that waits for upstream isn't silent")
  func waitingClient() throws {
    var upstream = try Upstream()
    var bounds = ServerBounds(descriptors: nil)
    bounds.patience = .milliseconds(100)
    let server = try NameServer.start(
      "*.example.com", [upstream.socket.localAddress()], bounds: bounds, gate: Gate())
    let asker = try StreamAsker(server)
    try asker.send(Message.query("1.example.com").encoded())
    try upstream.wait(for: 1)
    Clock.sleep(.milliseconds(400))
    try upstream.answer()
    #expect(try asker.receive()?.addresses == ["8.0.0.1"])
    // Now it is.
    #expect(try asker.receive() == nil)
  }

  @Test("One that gives its query byte by byte has no more time than others")
  func slowClient() throws {
    var bounds = ServerBounds(descriptors: nil)
    bounds.patience = .milliseconds(300)
    let server = try NameServer.start(
      "www.example.com", [SocketAddress("127.0.0.1", port: 1)], bounds: bounds, gate: Gate())
    let socket = try StreamSocket.connect(to: SocketAddress("127.0.0.1", port: server.ipv4.stream))
    var isClosed = false
    let end = Clock.boottime().advanced(by: Asker.patience)
    // The length alone says that 4,096 bytes are to come; each of them comes within its time.
    var next: [UInt8] = [16, 0]
    while !isClosed, Clock.boottime() < end {
      Clock.sleep(.milliseconds(20))
      isClosed = (try? socket.send(next[...])) == nil
      next = [0]
    }
    #expect(isClosed)
  }
}
