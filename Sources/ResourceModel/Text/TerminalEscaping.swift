extension String {
  /// The text with control characters shown as `\u{..}`, so that a name from a job can't drive the user's terminal.
  public var escapedForTerminal: String {
    guard unicodeScalars.contains(where: { Self.isControl($0) }) else { return self }
    var escaped = ""
    for scalar in unicodeScalars {
      if Self.isControl(scalar) {
        escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// C0, DEL, C1, and the bidirectional controls that can reorder what a person reads.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}
