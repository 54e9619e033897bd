import ResourceModel

extension String {
  /// The argument as a shell would read it back, on one line and without control characters: plain where it may be,
  /// else `'…'`, or `$'…'` (POSIX.1-2024, 2.2.4) where it has characters that must not reach a terminal.
  var quotedForShell: String {
    if !isEmpty, unicodeScalars.allSatisfy(Self.isPlain) { return self }
    if escapedForTerminal == self {
      return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
    return "$'" + unicodeScalars.map(Self.escaped).joined() + "'"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "@", "%", "+", "=", ":", ",", ".", "/", "-": true
    default: false
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case "'", "\\": return "\\" + String(scalar)
    default: break
    }
    let text = String(scalar)
    guard text.escapedForTerminal != text else { return text }
    // Octal bytes are the one form that every shell with $'…' knows for every character.
    return text.utf8.map { byte in
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }.joined()
  }
}

extension [String] {
  /// A command and its arguments as a shell would read them back.
  var quotedForShell: String { map(\.quotedForShell).joined(separator: " ") }
}
