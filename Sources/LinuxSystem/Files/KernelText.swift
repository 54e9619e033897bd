/// Reading what the kernel writes: numbers, words and lines of ASCII.
///
/// Pure, and safe on any bytes: a number that is too large is nil, never a wrong one and never a trap. Not generic: finding out
/// at run time what a collection consists of takes a launch longer than reading all its numbers.
package enum KernelText {
  package typealias Slice = ArraySlice<UInt8>

  package static let newline = UInt8(ascii: "\n")
  package static let space = UInt8(ascii: " ")

  /// The lines, without their newlines; a last one without a newline counts.
  package static func lines(_ bytes: [UInt8]) -> [Slice] { bytes.split(separator: newline) }

  /// The words of a line, between spaces and tabs.
  package static func words(_ line: Slice) -> [Slice] {
    line.split { $0 == space || $0 == UInt8(ascii: "\t") }
  }

  /// A number of decimal digits alone; nil for anything else, and beyond 2^64 - 1.
  package static func decimal(_ digits: Slice) -> UInt64? { number(digits, radix: 10) }

  /// The same of a name.
  package static func decimal(_ text: String) -> UInt64? { decimal(Array(text.utf8)[...]) }

  /// A number of octal digits alone.
  package static func octal(_ digits: Slice) -> UInt64? { number(digits, radix: 8) }

  /// A decimal number that may have a minus sign.
  package static func signedDecimal(_ digits: Slice) -> Int64? {
    guard digits.first == UInt8(ascii: "-") else { return decimal(digits).flatMap(Int64.init(exactly:)) }
    return decimal(digits.dropFirst()).flatMap { $0 == 1 << 63 ? .min : Int64(exactly: $0).map { -$0 } }
  }

  /// The text, with U+FFFD for what isn't UTF-8.
  package static func string(_ bytes: Slice) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// The value behind `key` in lines of the form `KEY VALUE` or `KEY:   VALUE kB`: its first word, as a number.
  package static func value(of key: String, in bytes: [UInt8]) -> UInt64? {
    let wanted = Array(key.utf8)
    for line in lines(bytes) where line.starts(with: wanted) {
      let rest = line.dropFirst(wanted.count)
      guard let separator = rest.first, [space, UInt8(ascii: ":"), UInt8(ascii: "\t")].contains(separator)
      else {
        continue
      }
      return words(rest.dropFirst()).first.flatMap { decimal($0) }
    }
    return nil
  }

  private static func number(_ digits: Slice, radix: UInt64) -> UInt64? {
    guard !digits.isEmpty else { return nil }
    var result: UInt64 = 0
    for byte in digits {
      guard let digit = digitValue(byte), digit < radix else { return nil }
      let (product, overflow) = result.multipliedReportingOverflow(by: radix)
      let (sum, overflowToo) = product.addingReportingOverflow(digit)
      guard !overflow, !overflowToo else { return nil }
      result = sum
    }
    return result
  }

  private static func digitValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
