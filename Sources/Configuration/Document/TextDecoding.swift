/// Bytes as text, with the place of the first byte that is none.
enum TextDecoding {
  /// Profiles and price books are pages, not books; more is a mistake or an attack.
  static let largestFile = 1 << 20

  /// The text, or a fault: too large, not UTF-8, or with a character that YAML does not allow.
  static func text(_ bytes: [UInt8], _ faults: inout Faults) -> String? {
    guard bytes.count <= largestFile else {
      faults.add("the file is larger than 1 MiB; a profile or price book is a page or two", at: .start)
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      faults.add("not UTF-8 text from here on; save the file as UTF-8", at: positionOfFirstBadByte(bytes))
      return nil
    }
    var place = TextPlace()
    for scalar in text.unicodeScalars {
      if !isAllowed(scalar) && !(scalar == "\u{feff}" && place.position == .start) {
        let code = String(scalar.value, radix: 16, uppercase: true)
        faults.add("a character that YAML does not allow (U+\(code)); take it out", at: place.position)
        return nil
      }
      place.pass(scalar)
    }
    return text
  }

  private static func positionOfFirstBadByte(_ bytes: [UInt8]) -> SourcePosition {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var place = TextPlace()
    while case .valid(let encoded) = decoder.parseScalar(from: &iterator) {
      place.pass(Unicode.UTF8.decode(encoded))
    }
    return place.position
  }

  /// Source: YAML 1.1, 5.1 "Character Set", `c-printable`.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd: true
    case 0x10000...0x10ffff: true
    default: false
    }
  }
}

/// Where one is in a text, by the line breaks that libyaml counts: LF, CR, CR LF, NEL, LS and PS.
struct TextPlace {
  private(set) var position = SourcePosition.start
  private var afterReturn = false

  /// Goes on behind one scalar.
  mutating func pass(_ scalar: Unicode.Scalar) {
    defer { afterReturn = scalar == "\r" }
    switch scalar {
    case "\n" where afterReturn: break
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
      position = SourcePosition(line: position.line + 1, column: 1)
    case "\u{feff}" where position == .start: break
    default: position.column += 1
    }
  }
}
