/// Takes a message apart from its beginning to its end. Every byte may be hostile; none is read outside of the message.
struct MessageReader {
  /// A name has at most 127 labels, and no more pointers are of use.
  private static let mostPointers = 127

  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func byte() throws(MessageError) -> UInt8 {
    guard offset < bytes.count else { throw MessageError(.cutOff, at: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func number16() throws(MessageError) -> UInt16 {
    UInt16(try byte()) << 8 | UInt16(try byte())
  }

  mutating func number32() throws(MessageError) -> UInt32 {
    UInt32(try number16()) << 16 | UInt32(try number16())
  }

  mutating func bytes(_ count: Int) throws(MessageError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - offset else { throw MessageError(.cutOff, at: bytes.count) }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// A name, whose end may be a pointer to an earlier one (RFC 1035, 4.1.4).
  ///
  /// Each pointer has to lead to before the part that it ends: so there is no way round in a circle.
  mutating func name() throws(MessageError) -> DomainName {
    let start = offset
    var labels: [[UInt8]] = []
    var (part, end, pointers) = (offset, nil as Int?, 0)
    while true {
      let place = offset
      let length = Int(try byte())
      switch length {
      case 0:
        offset = end ?? offset
        guard let name = DomainName(labels: labels) else { throw MessageError(.badName, at: start) }
        return name
      case 1...DomainName.mostLabelBytes:
        labels.append(Array(try bytes(length)))
        // 127 labels of one byte are the most that fit.
        guard labels.count <= 127 else { throw MessageError(.badName, at: start) }
      case 0xc0...0xff:
        let target = (length & 0x3f) << 8 | Int(try byte())
        pointers += 1
        guard target < part, pointers <= Self.mostPointers else { throw MessageError(.badPointer, at: place) }
        end = end ?? offset
        (part, offset) = (target, target)
      default: throw MessageError(.badName, at: place)
      }
    }
  }
}
