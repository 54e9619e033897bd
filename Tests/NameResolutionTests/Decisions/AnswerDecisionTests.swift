import ResourceModel
import Testing

@testable import NameResolution

@Suite("What of an answer the job may have")
struct AnswerDecisionTests {
  private static func decide(
    _ records: [Record], _ type: RecordType = .a, _ code: ResponseCode = .noError,
    list: String = "www.example.com", own: Set<IPAddress> = []
  ) throws -> AnswerDecision {
    let query = Message.query("www.example.com", type)
    return AnswerDecision(
      query.answer(records, code), to: try #require(query.question), try DestinationRules(parsing: list),
      own: own)
  }

  private static func allowed(_ address: IPAddress, _ seconds: Int) -> AllowedAddress {
    AllowedAddress(address: address, life: .seconds(seconds))
  }

  @Test(
    "An address lives as long as its record, from five seconds to a day",
    arguments: [
      (0, 5, 0), (1, 5, 1), (5, 5, 5), (6, 6, 6), (300, 300, 300), (86_400, 86_400, 86_400),
      (2_000_000, 86_400, 86_400),
    ])
  func lives(_ timeToLive: UInt32, _ life: Int, _ said: UInt32) throws {
    #expect(
      try Self.decide([.address("www.example.com", "8.8.8.8", timeToLive)])
        == .pass(.noError, [.address("www.example.com", "8.8.8.8", said)], [Self.allowed("8.8.8.8", life)]))
  }

  @Test("Aliases are followed in any order, and nothing lives longer than an alias that leads to it")
  func aliases() throws {
    let records = [
      Record.address("c.example.net", "8.8.8.8", 3600), .alias("b.example.net", "C.example.net", 60),
      .alias("www.example.com", "b.example.net", 900), .address("c.example.net", "8.8.4.4", 30),
    ]
    #expect(
      try Self.decide(records)
        == .pass(
          .noError,
          [
            .alias("www.example.com", "b.example.net", 900), .alias("b.example.net", "c.example.net", 60),
            .address("c.example.net", "8.8.8.8", 60), .address("c.example.net", "8.8.4.4", 30),
          ], [Self.allowed("8.8.8.8", 60), Self.allowed("8.8.4.4", 30)]))
  }

  @Test("What the name doesn't lead to is left out: other names, types, classes and branches")
  func unrelated() throws {
    let records = [
      Record.address("www.example.com", "8.8.8.8"), .address("evil.example.net", "9.9.9.9"),
      .address("www.example.com", "2001:4860::1"), .alias("other.example.com", "evil.example.net"),
      Record("www.example.com", .a, class: RecordClass(rawValue: 3), timeToLive: 300, .address("9.9.9.10")),
      // Of a name that isn't asked for, so that it isn't looked at either.
      .address("evil.example.net", "10.0.0.1"),
    ]
    #expect(
      try Self.decide(records)
        == .pass(.noError, [.address("www.example.com", "8.8.8.8")], [Self.allowed("8.8.8.8", 300)]))
  }

  @Test("A circle of aliases leads nowhere")
  func circle() throws {
    guard
      case .pass(.noError, let records, let allowed) = try Self.decide([
        .alias("www.example.com", "a.example"), .alias("a.example", "www.example.com"),
        .address("b.example", "8.8.8.8"),
      ])
    else {
      Issue.record("it was not passed")
      return
    }
    #expect(records.count == 16)
    #expect(allowed.isEmpty)
  }

  @Test(
    "An answer that names a private address is refused as a whole",
    arguments: [
      "10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0", "255.255.255.255", "::1",
      "fe80::1", "fd00::1",
      "64:ff9b::a00:1", "2002:7f00:1::", "::",
    ] as [IPAddress])
  func rebinding(_ address: IPAddress) throws {
    let type: RecordType = address.ipv4 == nil ? .aaaa : .a
    let publicAddress: IPAddress = address.ipv4 == nil ? "2001:4860::1" : "8.8.8.8"
    let records = [
      Record.alias("www.example.com", "b.example.net"), .address("b.example.net", publicAddress),
      .address("b.example.net", address),
    ]
    #expect(try Self.decide(records, type) == .rebinding(address))
    // The control: without it, the answer passes.
    guard case .pass(_, _, let allowed) = try Self.decide(Array(records.dropLast()), type) else {
      Issue.record("the control was not passed")
      return
    }
    #expect(allowed.map(\.address) == [publicAddress])
  }

  @Test("An address of this host's is as private as any, unless it is listed")
  func ownAddress() throws {
    let record = Record.address("www.example.com", "8.8.8.8")
    #expect(try Self.decide([record], own: ["8.8.8.8"]) == .rebinding("8.8.8.8"))
    let passed = AnswerDecision.pass(.noError, [record], [Self.allowed("8.8.8.8", 300)])
    #expect(try Self.decide([record], own: ["8.8.4.4"]) == passed)
    let listed = try Self.decide([record], list: "www.example.com,8.8.8.8:443", own: ["8.8.8.8"])
    #expect(listed == .pass(.noError, [record], []))
  }

  @Test("An AAAA record with an IPv4 address in it is one of that address")
  func mapped() throws {
    let record = Record("www.example.com", .aaaa, timeToLive: 300, .address("::ffff:10.0.0.1"))
    #expect(try Self.decide([record], .aaaa) == .rebinding("10.0.0.1"))
  }

  @Test("A private address that is listed passes, and is reached as the list says, not as the name is listed")
  func listedNetwork() throws {
    let record = Record.address("www.example.com", "10.1.2.3")
    #expect(
      try Self.decide([record], list: "www.example.com,10.0.0.0/8:5432") == .pass(.noError, [record], []))
    #expect(try Self.decide([record], list: "www.example.com,10.2.0.0/16") == .rebinding("10.1.2.3"))
  }

  @Test("That there is no such name, or nothing of the type, is passed on; what went wrong is not")
  func codes() throws {
    #expect(try Self.decide([], .a, .noSuchName) == .pass(.noSuchName, [], []))
    #expect(try Self.decide([], .aaaa) == .pass(.noError, [], []))
    for code in [ResponseCode.serverFailure, .refused, .formatError, .notImplemented, .badVersion] {
      #expect(try Self.decide([.address("www.example.com", "8.8.8.8")], .a, code) == .failure)
    }
  }

  @Test("Records of other types pass without an address; an alias that was asked for isn't followed")
  func otherTypes() throws {
    let text = Record("b.example", .txt, timeToLive: 9, .bytes([1, 0x61]))
    let alias = Record.alias("www.example.com", "b.example", 8)
    var shorter = text
    shorter.timeToLive = 8
    #expect(try Self.decide([alias, text], .txt) == .pass(.noError, [alias, shorter], []))
    #expect(
      try Self.decide([alias, .alias("b.example", "c.example")], .cname) == .pass(.noError, [alias], []))
  }

  @Test("No more than 128 records are taken of one answer")
  func bound() throws {
    let records = (0..<200).map { Record.address("www.example.com", IPAddress(ipv4: 0x0808_0000 + $0)) }
    guard case .pass(_, let passed, let allowed) = try Self.decide(records) else {
      Issue.record("it was not passed")
      return
    }
    #expect(passed == Array(records.prefix(128)))
    #expect(
      allowed.map(\.address)
        == records.prefix(128).compactMap { if case .address(let address) = $0.data { address } else { nil } }
    )
  }
}
