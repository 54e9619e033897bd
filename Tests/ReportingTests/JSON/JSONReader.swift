import Reporting

/// A strict reader of RFC 8259 that shares no code with the writer: it also refuses a key that stands twice in an object.
struct JSONReader {
  struct Fault: Error { var offset: Int }

  private let bytes: [UInt8]
  private var offset = 0

  static func read(_ text: String) throws -> JSONValue {
    var reader = JSONReader(bytes: Array(text.utf8))
    let value = try reader.value()
    reader.skipBlanks()
    guard reader.offset == reader.bytes.count else { throw Fault(offset: reader.offset) }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func value() throws -> JSONValue {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    default: return .number(try number())
    }
  }

  private mutating func object() throws -> JSONValue {
    var members: [JSONValue.Member] = []
    try expect("{")
    while !take("}") {
      if !members.isEmpty { try expect(",") }
      let start = offset
      skipBlanks()
      let key = try string()
      guard !members.contains(where: { $0.key == key }) else { throw Fault(offset: start) }
      try expect(":")
      members.append(JSONValue.Member(key, try value()))
    }
    return .object(members)
  }

  private mutating func array() throws -> JSONValue {
    var values: [JSONValue] = []
    try expect("[")
    while !take("]") {
      if !values.isEmpty { try expect(",") }
      values.append(try value())
    }
    return .array(values)
  }

  private mutating func string() throws -> String {
    guard peek == UInt8(ascii: "\"") else { throw Fault(offset: offset) }
    offset += 1
    var text: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw Fault(offset: offset) }
      offset += 1
      if byte == UInt8(ascii: "\\") { text += try escape() } else { text.append(byte) }
    }
    guard peek != nil, let valid = String(validating: text, as: UTF8.self) else {
      throw Fault(offset: offset)
    }
    offset += 1
    return valid
  }

  private mutating func escape() throws -> [UInt8] {
    let plain: [UInt8: UInt8] = [0x22: 0x22, 0x5c: 0x5c, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09]
    guard let kind = peek else { throw Fault(offset: offset) }
    offset += 1
    if let byte = plain[kind] { return [byte] }
    let digits = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
    guard kind == UInt8(ascii: "u"), let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
    else { throw Fault(offset: offset) }
    offset += 4
    return Array(String(scalar).utf8)
  }

  private mutating func number() throws -> ExactDecimal {
    let start = offset
    while let byte = peek, (0x30...0x39).contains(byte) || byte == 0x2d || byte == 0x2e { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?/) != nil else { throw Fault(offset: start) }
    let parts = text.split(separator: ".")
    var decimal = ExactDecimal(0, places: parts.count == 2 ? parts[1].count : 0)
    decimal.isNegative = text.hasPrefix("-")
    guard let digits = UInt128(text.filter(\.isNumber)) else { throw Fault(offset: start) }
    decimal.magnitude = digits
    return decimal
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw Fault(offset: offset) }
    offset += word.utf8.count
    return value
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipBlanks() {
    while let byte = peek, [0x20, 0x0a, 0x0d, 0x09].contains(byte) { offset += 1 }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: sign) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ sign: Unicode.Scalar) throws {
    guard take(sign) else { throw Fault(offset: offset) }
  }
}

extension JSONValue {
  /// A member of an object.
  subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members.first { $0.key == key }?.value } else { nil }
  }

  /// The text of a string.
  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
