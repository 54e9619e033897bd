import ResourceModel
import TestSupport
import Testing

@testable import NameResolution

@Suite("Messages")
struct MessageTests {
  /// `www.example.com`, with `example.com` at byte 16.
  private static let question = "03 'www' 07 'example' 03 'com' 00 0001 0001"
  private static let name: DomainName = "www.example.com"

  @Test("A query is read and written as RFC 1035 has it")
  func query() throws {
    let wire = bytes("abcd 0100 0001 0000 0000 0000" + Self.question)
    let message = try Message(decoding: wire)
    #expect(message == .query(Self.name, id: 0xabcd))
    #expect(try message.encoded() == wire)
  }

  @Test("An answer with aliases, pointers, and what isn't looked at is read")
  func answer() throws {
    let wire = bytes(
      "0001 8580 0001 0004 0001 0001" + Self.question
        // At 33: www.example.com CNAME cdn.example.com, which is at 45.
        + "c00c 0005 0001 0000003c 0006 03 'cdn' c010"
        + "c02d 0001 0001 0000012c 0004 c0000207"
        + "c02d 001c 0001 ffffffff 0010 20010db8000000000000000000000001"
        + "c02d 0010 0001 00000001 0003 02 'hi'"
        + "c010 0002 0001 00000001 0004 01 'n' c010"
        + "00 0029 1000 00008000 0008 000f 0004 0012 'no'")
    let message = try Message(decoding: wire)
    #expect(
      message.isResponse && message.isAuthoritative && message.recursionAvailable && !message.isTruncated)
    #expect(
      message.answers == [
        .alias(Self.name, "cdn.example.com", 60), .address("cdn.example.com", "192.0.2.7", 300),
        // The highest bit of a life isn't part of it.
        .address("cdn.example.com", "2001:db8::1", 0),
        Record("cdn.example.com", .txt, timeToLive: 1, .bytes([2, 0x68, 0x69])),
      ])
    #expect(message.edns?.udpSize == 4096)
    #expect(message.edns?.flags == 0x8000)
    #expect(message.edns?.options == [EDNS.Option(code: 15, data: [0, 18, 0x6e, 0x6f])])
    #expect(message.extendedError == 18)
  }

  @Test("Names in the data of MX and SRV are read whole; SRV's is written whole")
  func namesInData() throws {
    var message = Message.query("_a._tcp.b.c", .srv).answer([
      Record("_a._tcp.b.c", .mx, timeToLive: 1, .exchange(preference: 10, "m.b.c")),
      Record("_a._tcp.b.c", .srv, timeToLive: 1, .service(priority: 1, weight: 2, port: 443, "s.b.c")),
    ])
    let wire = try message.encoded()
    #expect(wire.suffix(13) == bytes("0001 0002 01bb 01 's' 01 'b' 01 'c' 00")[...])
    #expect(try Message(decoding: wire) == message)
    // A pointer there is understood all the same.
    message.answers = []
    let compressed =
      bytes("1234 8180 0001 0001 0000 0000 02 '_a' 04 '_tcp' 01 'b' 01 'c' 00 0021 0001")
      + bytes("c00c 0021 0001 00000001 000a 0001 0002 01bb 01 's' c014")
    #expect(
      try Message(decoding: compressed).answers.map(\.data) == [
        .service(priority: 1, weight: 2, port: 443, "s.b.c")
      ])
  }

  @Test("A code of 12 bits is in two places")
  func extendedCode() throws {
    var message = Message.query("a", edns: 512).answer([], .badVersion)
    let wire = try message.encoded()
    #expect(wire[3] & 0xf == 0)
    #expect(try Message(decoding: wire).code == .badVersion)
    message.edns = nil
    #expect(try Message(decoding: message.encoded()).code == .noError)
  }

  @Test("What is repeated is written once")
  func compression() throws {
    let records = (0..<200).map {
      Record.address("a-rather-long-name.example.com", IPAddress(ipv4: 0x0800_0000 + $0))
    }
    let message = Message.query("a-rather-long-name.example.com").answer(records)
    let wire = try message.encoded()
    #expect(wire.count == 12 + 32 + 4 + 200 * 16)
    #expect(try Message(decoding: wire) == message)
  }

  @Test("Behind byte 16,383 no pointer leads, and none is written")
  func farNames() throws {
    let records = (0..<1500).map {
      Record("h\($0 / 2).example.com", .txt, timeToLive: 0, .bytes([3, 0x61, 0x62, 0x63]))
    }
    let message = Message.query("example.com", .txt).answer(records)
    #expect(try Message(decoding: message.encoded()) == message)
  }

  @Test("An answer for which there is no room says so, and is asked for again")
  func truncation() throws {
    let message = Message.query("a.b", edns: 4096).answer(
      (0..<40).map { .address("a.b", IPAddress(ipv4: 0x0808_0800 + $0)) })
    let whole = try message.encoded()
    #expect(message.encoded(limit: whole.count) == whole)
    let short = try Message(decoding: message.encoded(limit: whole.count - 1))
    #expect(short.isTruncated && short.answers.isEmpty)
    #expect(short.question == message.question && short.edns == message.edns && short.id == message.id)
  }

  @Test("More than 65,535 bytes are no message")
  func tooLong() throws {
    let record = Record("a", .txt, timeToLive: 0, .bytes([UInt8](repeating: 1, count: 40_000)))
    #expect(throws: MessageError(.tooLong, at: 65_535)) {
      try Message.query("a").answer([record, record]).encoded()
    }
    #expect(throws: MessageError(.tooLong, at: 65_535)) {
      try Message(decoding: [UInt8](repeating: 0, count: 65_536))
    }
  }

  @Test(
    "Malformed messages are refused where they are wrong",
    arguments: [
      ("", .cutOff, 0), ("0001 0100 0001 0000 0000 00", .cutOff, 11),
      ("0001 0100 0000 0000 0000 0000", .notOneQuestion, 4),
      ("0001 0100 0002 0000 0000 0000 00 0001 0001 00 0001 0001", .notOneQuestion, 4),
      ("0001 0100 0001 0000 0000 0000", .cutOff, 12),
      ("0001 0100 0001 0000 0000 0000 03 'ww'", .cutOff, 15),
      ("0001 0100 0001 0000 0000 0000 01 'w' 00 0001 00", .cutOff, 18),
      ("0001 0100 0001 0000 0000 0000 01 'w' 00 0001 0001 00", .trailingBytes, 19),
      // A pointer to itself, forwards, into the middle of its own part, past the end.
      ("0001 0100 0001 0000 0000 0000 c00c 0001 0001", .badPointer, 12),
      ("0001 0100 0001 0000 0000 0000 c010 0001 0001", .badPointer, 12),
      ("0001 0100 0001 0000 0000 0000 01 'a' c00c 0001 0001", .badPointer, 14),
      ("0001 0100 0001 0000 0000 0000 ffff 0001 0001", .badPointer, 12),
      ("0001 0100 0001 0000 0000 0000 c0", .cutOff, 13),
      // Labels of kinds that are not in use.
      ("0001 0100 0001 0000 0000 0000 41 'a' 00 0001 0001", .badName, 12),
      ("0001 0100 0001 0000 0000 0000 80 00 0001 0001", .badName, 12),
      // A record that isn't there; one that is cut off; data that isn't its type's.
      ("0001 8180 0001 ffff 0000 0000 00 0001 0001", .cutOff, 17),
      ("0001 8180 0001 0001 0000 0000 00 0001 0001 00 0001 0001 00000000 0004 010203", .cutOff, 31),
      ("0001 8180 0001 0001 0000 0000 00 0001 0001 00 0001 0001 00000000 0003 010203", .badRecord, 28),
      ("0001 8180 0001 0001 0000 0000 00 0001 0001 00 001c 0001 00000000 0004 01020304", .badRecord, 28),
      ("0001 8180 0001 0001 0000 0000 00 0001 0001 00 0005 0001 00000000 0002 01 'a' 00", .badRecord, 28),
      ("0001 8180 0001 0001 0000 0000 00 0001 0001 00 0005 0001 00000000 0003 0000ff", .badRecord, 28),
      ("0001 8180 0001 0001 0000 0000 00 0001 0001 00 000f 0001 00000000 0001 00", .cutOff, 29),
      ("0001 8180 0001 0000 0001 0000 00 0001 0001 00 0002 0001 00000000 0002 00", .cutOff, 29),
      // A query with an answer, with an authority, with more behind than EDNS and a signature.
      ("0001 0100 0001 0001 0000 0000 00 0001 0001 00 0001 0001 00000000 0004 01020304", .crowdedQuery, 6),
      ("0001 0100 0001 0000 0001 0000 00 0001 0001 00 0002 0001 00000000 0001 00", .crowdedQuery, 6),
      ("0001 0100 0001 0000 0000 0003 00 0001 0001", .crowdedQuery, 6),
      ("0001 0100 0001 0000 0000 0002 00 0001 0001", .cutOff, 17),
      // Two of EDNS; one of a name; one with an option that is cut off.
      (
        "0001 0100 0001 0000 0000 0002 00 0001 0001 00 0029 0200 00000000 0000 00 0029 0200 00000000 0000",
        .badRecord, 39
      ),
      ("0001 0100 0001 0000 0000 0001 00 0001 0001 01 'a' 00 0029 0200 00000000 0000", .badRecord, 30),
      ("0001 0100 0001 0000 0000 0001 00 0001 0001 00 0029 0200 00000000 0005 000f 0002 00", .badRecord, 28),
    ] as [(String, MessageError.Code, Int)])
  func malformed(_ wire: String, _ code: MessageError.Code, _ offset: Int) {
    #expect(throws: MessageError(code, at: offset)) { try Message(decoding: bytes(wire)) }
  }

  @Test("A name that pointers make longer than 255 bytes, or lead through too many parts, is refused")
  func pointerChains() {
    // Each part is a label of 49 bytes and a pointer to the part before it.
    func chain(_ parts: Int, labelled: Bool) -> [UInt8] {
      var wire =
        bytes("0001 8180 0001") + [UInt8(parts >> 8), UInt8(parts & 0xff)] + bytes("0000 0000 00 0001 0001")
      var last = 12
      for _ in 0..<parts {
        let place = wire.count
        if labelled { wire += [49] + [UInt8](repeating: 0x61, count: 49) }
        wire += [0xc0 | UInt8(last >> 8), UInt8(last & 0xff)] + bytes("0010 0001 00000000 0000")
        last = place
      }
      return wire
    }
    #expect(throws: Never.self) { try Message(decoding: chain(5, labelled: true)) }
    #expect(throws: MessageError(.badName, at: 12 + 5 + 5 * 62)) {
      try Message(decoding: chain(6, labelled: true))
    }
    #expect(throws: Never.self) { try Message(decoding: chain(127, labelled: false)) }
    #expect(throws: MessageError(.badPointer, at: 12 + 5)) {
      try Message(decoding: chain(128, labelled: false))
    }
  }

  @Test("Whatever is read is read as the same when it is written again")
  func roundTrips() throws {
    var generator = SeededGenerator(seed: 53)
    let seed = try Message.query("www.example.com", edns: 1232).answer([
      .alias("www.example.com", "cdn.example.net"), .address("cdn.example.net", "192.0.2.1"),
      .address("cdn.example.net", "2001:db8::1"),
      Record("cdn.example.net", .srv, timeToLive: 1, .service(priority: 1, weight: 1, port: 1, "a.b")),
      Record("cdn.example.net", .mx, timeToLive: 1, .exchange(preference: 1, "example.net")),
    ]).encoded()
    var read = 0
    for _ in 0..<20_000 {
      var wire = seed
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        wire[Int.random(in: wire.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let message = try? Message(decoding: wire) else { continue }
      read += 1
      #expect(try Message(decoding: message.encoded()) == message)
    }
    #expect(read > 1000)
  }
}
