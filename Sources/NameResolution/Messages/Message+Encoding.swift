import ResourceModel

extension Message {
  /// The message in at most so many bytes. If it has more, it is without its answers and marked as truncated, so that they are asked for over
  /// TCP; a question alone always fits into 512.
  package func encoded(limit: Int) -> [UInt8] {
    if let bytes = try? encoded(), bytes.count <= limit { return bytes }
    var short = self
    short.answers = []
    short.isTruncated = true
    if let bytes = try? short.encoded(), bytes.count <= limit { return bytes }
    short.edns?.options = []
    return (try? short.encoded()) ?? []
  }

  /// The message. Throws if it would be longer than one can be.
  package func encoded() throws(MessageError) -> [UInt8] {
    // Nothing points to a question that stands alone.
    var writer = MessageWriter(compresses: !answers.isEmpty)
    for number in [
      id, flags, question == nil ? 0 : 1, UInt16(clamping: answers.count), 0, edns == nil ? 0 : 1,
    ] {
      writer.write(number)
    }
    if let question {
      writer.write(question.name)
      writer.write(question.type.rawValue)
      writer.write(question.class.rawValue)
    }
    for answer in answers { try writer.write(answer) }
    if let edns { try writer.write(edns, code: code) }
    guard writer.bytes.count <= Self.mostBytes, answers.count <= UInt16.max else {
      throw MessageError(.tooLong, at: Self.mostBytes)
    }
    return writer.bytes
  }

  private var flags: UInt16 {
    let bits: [(Bool, UInt16)] = [
      (isResponse, 0x8000), (isAuthoritative, 0x0400), (isTruncated, 0x0200), (recursionDesired, 0x0100),
      (recursionAvailable, 0x0080),
    ]
    return bits.reduce(UInt16(opcode & 0xf) << 11 | code.rawValue & 0xf) { $1.0 ? $0 | $1.1 : $0 }
  }
}

/// Puts a message together. A name that ends as an earlier one did points there.
private struct MessageWriter {
  private(set) var bytes: [UInt8] = []
  /// Where the ends of names begin, as they were written.
  private var places: [[[UInt8]]: UInt16] = [:]
  private let compresses: Bool

  init(compresses: Bool) { self.compresses = compresses }

  mutating func write(_ number: UInt16) { bytes += [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }

  mutating func write(_ number: UInt32) {
    write(UInt16(number >> 16))
    write(UInt16(truncatingIfNeeded: number))
  }

  mutating func write(_ name: DomainName, compressed: Bool = true) {
    for start in name.labels.indices {
      if compresses {
        let rest = Array(name.labels[start...])
        if compressed, let place = places[rest] {
          write(0xc000 | place)
          return
        }
        // A pointer has 14 bits.
        if bytes.count < 0x4000, places[rest] == nil { places[rest] = UInt16(bytes.count) }
      }
      bytes.append(UInt8(name.labels[start].count))
      bytes += name.labels[start]
    }
    bytes.append(0)
  }

  mutating func write(_ record: Record) throws(MessageError) {
    write(record.name)
    write(record.type.rawValue)
    write(record.class.rawValue)
    write(record.timeToLive)
    try counted { writer in
      switch record.data {
      case .address(let address):
        writer.bytes += record.type == .a ? Array(address.bytes.suffix(4)) : address.bytes
      case .name(let name): writer.write(name)
      case .exchange(let preference, let name):
        writer.write(preference)
        writer.write(name)
      case .service(let priority, let weight, let port, let name):
        for number in [priority, weight, port] { writer.write(number) }
        // "Name compression is not to be used for this field." (RFC 2782)
        writer.write(name, compressed: false)
      case .bytes(let data): writer.bytes += data
      }
    }
  }

  mutating func write(_ edns: EDNS, code: ResponseCode) throws(MessageError) {
    write(DomainName.root)
    write(RecordType.opt.rawValue)
    write(edns.udpSize)
    write(UInt32(code.rawValue >> 4 & 0xff) << 24 | UInt32(edns.version) << 16 | UInt32(edns.flags))
    try counted { writer in
      for option in edns.options {
        writer.write(option.code)
        writer.write(UInt16(clamping: option.data.count))
        writer.bytes += option.data
      }
    }
  }

  /// What `body` writes, with its length before it.
  private mutating func counted(_ body: (inout MessageWriter) -> Void) throws(MessageError) {
    let start = bytes.count
    write(UInt16(0))
    body(&self)
    guard let count = UInt16(exactly: bytes.count - start - 2) else {
      throw MessageError(.tooLong, at: start)
    }
    bytes[start] = UInt8(count >> 8)
    bytes[start + 1] = UInt8(truncatingIfNeeded: count)
  }
}
