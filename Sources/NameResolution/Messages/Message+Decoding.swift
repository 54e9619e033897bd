import ResourceModel

extension Message {
  /// Reads a message, all of it.
  ///
  ///     0001 0100 0001 0000 0000 0000                    id 1, recursion desired, 1 question
  ///     03 'w' 'w' 'w' 01 'a' 00  0001 0001              www.a, type A, class IN
  package init(decoding bytes: [UInt8]) throws(MessageError) {
    guard bytes.count <= Self.mostBytes else { throw MessageError(.tooLong, at: Self.mostBytes) }
    var reader = MessageReader(bytes)
    self.init(id: try reader.number16(), question: nil)
    read(flags: try reader.number16())
    guard try reader.number16() == 1 else { throw MessageError(.notOneQuestion, at: 4) }
    let counts = (try reader.number16(), try reader.number16(), try reader.number16())
    // What a job sends isn't worth the time that 4096 bytes of pointers take. A query has EDNS, and a signature (RFC 8945), at most.
    guard isResponse || counts.0 == 0 && counts.1 == 0 && counts.2 <= 2 else {
      throw MessageError(.crowdedQuery, at: 6)
    }
    question = Question(
      try reader.name(), RecordType(rawValue: try reader.number16()),
      class: RecordClass(rawValue: try reader.number16()))
    // A count says nothing of what there is: whoever believes it would make room for 65,535 records.
    for _ in 0..<counts.0 { answers.append(try Record(from: &reader)) }
    for _ in 0..<counts.1 { _ = try RecordFrame(from: &reader) }
    for _ in 0..<counts.2 { try read(additional: try RecordFrame(from: &reader)) }
    guard reader.isAtEnd else { throw MessageError(.trailingBytes, at: reader.offset) }
  }

  private mutating func read(flags: UInt16) {
    isResponse = flags & 0x8000 != 0
    opcode = UInt8(flags >> 11 & 0xf)
    isAuthoritative = flags & 0x0400 != 0
    isTruncated = flags & 0x0200 != 0
    recursionDesired = flags & 0x0100 != 0
    recursionAvailable = flags & 0x0080 != 0
    code = ResponseCode(rawValue: flags & 0xf)
  }

  private mutating func read(additional frame: RecordFrame) throws(MessageError) {
    guard frame.type == .opt else { return }
    // "If a query message with more than one OPT RR is received, a FORMERR MUST be returned." (RFC 6891, 6.1.1)
    guard edns == nil, frame.name == .root else { throw MessageError(.badRecord, at: frame.start) }
    edns = try EDNS(frame)
    code = ResponseCode(rawValue: code.rawValue | UInt16(frame.timeToLive >> 24) << 4)
  }
}

/// A record of which the data isn't read.
private struct RecordFrame {
  let name: DomainName
  let type: RecordType
  let `class`: UInt16
  /// EDNS keeps other things in it.
  let timeToLive: UInt32
  let start: Int
  let data: ArraySlice<UInt8>

  init(from reader: inout MessageReader) throws(MessageError) {
    name = try reader.name()
    type = RecordType(rawValue: try reader.number16())
    `class` = try reader.number16()
    timeToLive = try reader.number32()
    let count = Int(try reader.number16())
    start = reader.offset
    data = try reader.bytes(count)
  }
}

extension Record {
  fileprivate init(from reader: inout MessageReader) throws(MessageError) {
    // Names in the data may point to before it, so that it is read with the whole message in view.
    var inside = reader
    let frame = try RecordFrame(from: &reader)
    _ = try inside.bytes(frame.start - inside.offset)
    self.init(
      frame.name, frame.type, class: RecordClass(rawValue: frame.class),
      // "If a value is received with the most significant bit set, it should be treated as zero." (RFC 2181, 8)
      timeToLive: frame.timeToLive > Int32.max ? 0 : frame.timeToLive,
      try RecordData(frame, from: &inside))
    guard inside.offset == reader.offset else { throw MessageError(.badRecord, at: frame.start) }
  }
}

extension RecordData {
  fileprivate init(_ frame: RecordFrame, from reader: inout MessageReader) throws(MessageError) {
    switch frame.type {
    case .a where frame.data.count == 4: self = .address(IPAddress(ipv4: try reader.number32()))
    case .a: throw MessageError(.badRecord, at: frame.start)
    case .aaaa:
      guard let address = IPAddress(bytes: frame.data) else {
        throw MessageError(.badRecord, at: frame.start)
      }
      _ = try reader.bytes(frame.data.count)
      self = .address(address)
    case .cname: self = .name(try reader.name())
    case .mx: self = .exchange(preference: try reader.number16(), try reader.name())
    case .srv:
      self = .service(
        priority: try reader.number16(), weight: try reader.number16(), port: try reader.number16(),
        try reader.name())
    default: self = .bytes(Array(try reader.bytes(frame.data.count)))
    }
  }
}

extension EDNS {
  fileprivate init(_ frame: RecordFrame) throws(MessageError) {
    self.init(udpSize: frame.class)
    version = UInt8(truncatingIfNeeded: frame.timeToLive >> 16)
    flags = UInt16(truncatingIfNeeded: frame.timeToLive)
    var reader = MessageReader(Array(frame.data))
    do {
      while !reader.isAtEnd {
        let code = try reader.number16()
        options.append(Option(code: code, data: Array(try reader.bytes(Int(try reader.number16())))))
      }
    } catch {
      throw MessageError(.badRecord, at: frame.start)
    }
  }
}
