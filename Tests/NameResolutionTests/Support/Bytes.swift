package import NameResolution
package import ResourceModel

/// Bytes written as hexadecimal digits, blanks between them, and texts between single quotes: `03 'www' 00`.
func bytes(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  for (index, part) in text.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
    guard index % 2 == 0 else {
      bytes += Array(part.utf8)
      continue
    }
    let digits = part.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    bytes += stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
  return bytes
}

extension DomainName {
  /// Reads `api.example.com`, without escapes; nil for what is none.
  init?(dotted text: String) {
    self.init(
      labels: text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init))
  }
}

extension RecordType {
  /// All types (RFC 8482).
  static let any = RecordType(rawValue: 255)
}

extension DomainName: ExpressibleByStringInterpolation {
  /// A name of a test's own; a wrong one is the root.
  package init(stringLiteral text: String) { self = DomainName(dotted: text) ?? .root }
}

extension IPAddress: ExpressibleByStringLiteral {
  /// An address of a test's own; a wrong one is `::`.
  package init(stringLiteral text: String) { self = (try? IPAddress(parsing: text)) ?? IPAddress(bits: 0) }
}

extension Message {
  /// A query as a program's resolver sends it.
  static func query(_ name: DomainName, _ type: RecordType = .a, id: UInt16 = 0x1234, edns: UInt16? = nil)
    -> Message
  {
    var message = Message(id: id, question: Question(name, type))
    message.recursionDesired = true
    message.edns = edns.map { EDNS(udpSize: $0) }
    return message
  }

  /// The answer of an upstream.
  func answer(_ records: [Record], _ code: ResponseCode = .noError) -> Message {
    var message = self
    message.isResponse = true
    message.recursionAvailable = true
    message.code = code
    message.answers = records
    return message
  }

  /// The code of the extended error in it (RFC 8914).
  var extendedError: UInt16? {
    guard let option = edns?.options.first(where: { $0.code == 15 }), option.data.count >= 2 else {
      return nil
    }
    return UInt16(option.data[0]) << 8 | UInt16(option.data[1])
  }

  /// The addresses in it.
  var addresses: [IPAddress] {
    answers.compactMap { if case .address(let address) = $0.data { address } else { nil } }
  }
}

extension Record {
  /// An A or AAAA record.
  static func address(_ name: DomainName, _ address: IPAddress, _ timeToLive: UInt32 = 300) -> Record {
    Record(name, address.ipv4 == nil ? .aaaa : .a, timeToLive: timeToLive, .address(address))
  }

  /// A CNAME record.
  static func alias(_ name: DomainName, _ target: DomainName, _ timeToLive: UInt32 = 300) -> Record {
    Record(name, .cname, timeToLive: timeToLive, .name(target))
  }
}
