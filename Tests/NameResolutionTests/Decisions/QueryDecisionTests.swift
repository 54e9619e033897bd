import ResourceModel
import Testing

@testable import NameResolution

@Suite("What becomes of a query")
struct QueryDecisionTests {
  private static func decide(_ query: Message, _ list: String) throws -> QueryDecision {
    QueryDecision(query, try DestinationRules(parsing: list))
  }

  @Test(
    "Listed names go upstream with the ports at which they may be reached, and the types of which the data is known",
    arguments: [RecordType.a, .aaaa, .cname, .mx, .srv, .txt])
  func forwarded(_ type: RecordType) throws {
    let list = "api.example.com:443,api.example.com:80,*.example.org"
    #expect(
      try Self.decide(.query("API.example.com", type), list)
        == .forward(Question("api.example.com", type), .only([80, 443])))
    #expect(
      try Self.decide(.query("x.y.example.org", type), list)
        == .forward(Question("x.y.example.org", type), .any))
  }

  @Test(
    "A name that isn't listed doesn't exist",
    arguments: [
      "example.com", "api.example.com.evil.net", "xapi.example.com", "example.org", "notexample.org",
      "localhost",
      "127.0.0.1",
    ] as [DomainName])
  func unlisted(_ name: DomainName) throws {
    for type in [RecordType.a, .aaaa, .txt, .https, .any, .srv] {
      let query = Message.query(name, type, edns: 1232)
      guard
        case .answer(let answer, isRefusal: true) = try Self.decide(
          query, "api.example.com,*.example.org,10.0.0.0/8")
      else {
        Issue.record("\(name) was not refused")
        return
      }
      #expect(answer.code == .noSuchName && answer.isResponse && answer.answers.isEmpty)
      #expect(answer.extendedError == 15)
      #expect(answer.id == query.id && answer.question == query.question)
      #expect(answer.recursionDesired && answer.recursionAvailable && !answer.isAuthoritative)
    }
  }

  @Test("A label with a dot in it is no listed name")
  func dotted() throws {
    let name = try #require(DomainName(labels: [Array("api.example".utf8), Array("com".utf8)]))
    guard case .answer(let answer, isRefusal: true) = try Self.decide(.query(name), "api.example.com,*.com")
    else {
      Issue.record("it was not refused")
      return
    }
    #expect(answer.code == .noSuchName)
    #expect(answer.edns == nil)
  }

  @Test("Names of addresses and other classes are refused, listed or not")
  func reverse() throws {
    var chaos = Message.query("version.bind", .txt, edns: 512)
    chaos.question?.class = RecordClass(rawValue: 3)
    for query in [
      chaos, .query("1.2.0.192.in-addr.arpa", .ptr, edns: 512), .query("a.example", .ptr, edns: 512),
    ] {
      guard
        case .answer(let answer, isRefusal: true) = try Self.decide(
          query, "version.bind,*.in-addr.arpa,a.example")
      else {
        Issue.record("it was not refused")
        return
      }
      #expect(answer.code == .refused)
      #expect(answer.extendedError == 18)
    }
  }

  @Test(
    "A listed name has no HTTPS and SVCB records, whose hints would be addresses; other types are not asked for"
  )
  func unanswered() throws {
    for (type, code) in [
      (RecordType.https, ResponseCode.noError), (.svcb, .noError), (.any, .notImplemented),
      (RecordType(rawValue: 2), .notImplemented), (RecordType(rawValue: 252), .notImplemented),
    ] {
      let query = Message.query("a.example", type)
      #expect(try Self.decide(query, "a.example") == .answer(query.answered(code), isRefusal: false))
    }
  }

  @Test("What is no query of this version is not implemented")
  func strange() throws {
    var update = Message.query("a.example")
    update.opcode = 5
    #expect(
      try Self.decide(update, "a.example") == .answer(update.answered(.notImplemented), isRefusal: false))
    var future = Message.query("a.example", edns: 1232)
    future.edns?.version = 1
    guard case .answer(let answer, isRefusal: false) = try Self.decide(future, "a.example") else {
      Issue.record("it was forwarded")
      return
    }
    #expect(answer.code == .badVersion)
    #expect(answer.edns?.version == 0)
  }

  @Test("localhost is answered from here if it is listed")
  func localhost() throws {
    for (list, type, addresses) in [
      ("localhost:80", RecordType.a, ["127.0.0.1"]), ("localhost", .aaaa, ["::1"]), ("localhost", .mx, []),
      ("::1", .a, []), ("::1", .aaaa, ["::1"]),
    ] as [(String, RecordType, [IPAddress])] {
      guard case .answer(let answer, isRefusal: false) = try Self.decide(.query("LocalHost", type), list)
      else {
        Issue.record("\(list) was not answered")
        return
      }
      #expect(answer.code == .noError)
      #expect(answer.addresses == addresses)
    }
  }

  @Test("An answer is as long over UDP as the asker takes it, within bounds")
  func limits() {
    #expect(Message.query("a").answerLimit == 512)
    for (said, limit) in [(0, 512), (511, 512), (1232, 1232), (4096, 4096), (65_535, 4096)] as [(UInt16, Int)]
    {
      #expect(Message.query("a", edns: said).answerLimit == limit)
    }
  }

  @Test("What can't be read is answered so, unless it is an answer itself or too short")
  func unreadable() throws {
    let answer = try #require(Message.answer(toUnreadable: bytes("abcd 2900 0002 0000 0000 0000")))
    #expect(answer == bytes("abcd a801 0000 0000 0000 0000"))
    #expect(Message.answer(toUnreadable: bytes("abcd 8100 0002 0000 0000 0000")) == nil)
    #expect(Message.answer(toUnreadable: bytes("abcd 0100 0002 0000 0000 00")) == nil)
  }
}
