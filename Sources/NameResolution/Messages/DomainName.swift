import ResourceModel

/// A name as messages carry it: labels of any bytes (RFC 1035, 3.1), of which A–Z count as a–z (RFC 4343).
package struct DomainName: Sendable, Hashable {
  /// The longest, with the length of each label and the root's zero.
  package static let mostBytes = 255
  package static let mostLabelBytes = 63

  /// As they were written, without the root's.
  package let labels: [[UInt8]]

  /// The root. It fits.
  package static let root = DomainName(unchecked: [])

  /// Nil if a label is empty, or something is too long.
  package init?(labels: [[UInt8]]) {
    guard labels.allSatisfy({ (1...Self.mostLabelBytes).contains($0.count) }),
      labels.reduce(1, { $0 + $1.count + 1 }) <= Self.mostBytes
    else { return nil }
    self.labels = labels
  }

  private init(unchecked labels: [[UInt8]]) { self.labels = labels }

  package static func == (left: DomainName, right: DomainName) -> Bool { left.folded == right.folded }

  package func hash(into hasher: inout Hasher) { hasher.combine(folded) }

  /// The same name in lower case.
  package var lowercased: DomainName { DomainName(unchecked: folded) }

  private var folded: [[UInt8]] { labels.map { $0.map(Self.lower) } }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// The name in the form of a list of destinations; nil if it can't be in one. A label may have a dot in it: as text it would pass for
  /// two labels.
  package var hostName: String? {
    guard !labels.isEmpty, labels.allSatisfy({ $0.allSatisfy(Self.isOfHost) }) else { return nil }
    return description
  }

  private static func isOfHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension DomainName: CustomStringConvertible {
  /// In lower case and printable whatever it is, with the escapes of RFC 1035, 5.1: `a\.b.example`, `\000.example`; the root is `.`.
  package var description: String {
    labels.isEmpty
      ? "."
      : labels.map { $0.map { Self.text(of: Self.lower($0)) }.concatenated(by: "") }.concatenated(by: ".")
  }

  private static func text(of byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""): "\\" + String(Unicode.Scalar(byte))
    case 0x21...0x7e: String(Unicode.Scalar(byte))
    default: "\\" + String(String(1000 + Int(byte)).dropFirst())
    }
  }
}
