import LinuxSystem
package import ResourceModel

/// The text of a control file, taken line by line and field by field without copying it.
///
/// The kernel ends each line with a newline: bytes after the last one are a truncated line, which is refused,
/// since `usage_usec 12` may have been `usage_usec 1234`.
package struct ControlText {
  private var rest: ArraySlice<UInt8>

  /// The text in the bytes of one read of the file.
  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next line without its newline; nil at the end. Throws when the last line has no newline.
  package mutating func line() throws(ValueError) -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      throw ValueError(rest.shown, expected: "a line that ends with a newline")
    }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }
}

extension ArraySlice<UInt8> {
  /// The field before the next space, which is taken off together with that space; nil when nothing is left.
  mutating func nextField() -> ArraySlice<UInt8>? {
    guard !isEmpty else { return nil }
    let end = firstIndex(of: UInt8(ascii: " ")) ?? endIndex
    defer { self = end < endIndex ? self[(end + 1)...] : self[endIndex...] }
    return self[..<end]
  }

  /// The decimal number that the bytes are; nil for anything else, a sign, or what does not fit 64 bits.
  var unsigned: UInt64? { KernelText.decimal(self) }

  /// The number in `key=number`, such as the 14 of `rbytes=14`; nil for another key.
  func unsigned(after prefix: String) -> UInt64? {
    starts(with: prefix.utf8) ? self[(startIndex + prefix.utf8.count)...].unsigned : nil
  }

  /// The bytes as text for an error message: at most 80 of them, broken UTF-8 replaced.
  var shown: String { String(decoding: prefix(80), as: UTF8.self) }

  /// Whether the bytes are this text.
  func isText(_ text: String) -> Bool { elementsEqual(text.utf8) }
}
