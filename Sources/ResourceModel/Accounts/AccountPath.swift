/// Where an account stands in the tree of budgets: `acme/research/swarm-7`.
///
/// Each part is 1 to 64 of the ASCII letters, digits, `.`, `_` and `-`, and begins with a letter or digit: a path is a file
/// name's worth of text on every terminal, in every shell and in every URL.
public struct AccountPath: Sendable, Hashable, Comparable {
  /// The names from the root down; never empty.
  public let names: [String]

  /// How many levels a tree may have.
  public static let maximalDepth = 16

  /// Reads `acme/research`. Throws `ValueError` for an empty part, any other character, or more than 16 parts.
  public init(parsing text: String) throws(ValueError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= Self.maximalDepth, parts.allSatisfy(Self.isName) else {
      throw ValueError(
        text,
        expected: """
          an account, such as acme/research/swarm-7 (at most \(Self.maximalDepth) names of at most 64 letters, digits, \
          '.', '_' and '-', each beginning with a letter or digit)
          """)
    }
    names = parts.map(String.init)
  }

  private init(names: [String]) { self.names = names }

  private static func isName(_ part: Substring) -> Bool {
    guard (1...64).contains(part.utf8.count), let first = part.utf8.first, isLetterOrDigit(first) else {
      return false
    }
    return part.utf8.allSatisfy { isLetterOrDigit($0) || [0x2d, 0x2e, 0x5f].contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  /// The last name.
  public var name: String { names[names.count - 1] }
  /// How many names it has: 1 for a root.
  public var depth: Int { names.count }
  /// The account above; nil for a root.
  public var parent: AccountPath? { depth > 1 ? AccountPath(names: names.dropLast()) : nil }
  /// The account and all above it, the root last.
  public var chain: [AccountPath] {
    (1...depth).reversed().map { AccountPath(names: Array(names.prefix($0))) }
  }

  /// Whether `other` is this account or stands below it.
  public func contains(_ other: AccountPath) -> Bool { other.names.starts(with: names) }

  /// Parents before children, children by name.
  public static func < (left: AccountPath, right: AccountPath) -> Bool {
    left.names.lexicographicallyPrecedes(right.names)
  }
}

extension AccountPath: CustomStringConvertible {
  /// `acme/research/swarm-7`.
  public var description: String {
    // By hand, as in `Rater.text(at:)`.
    names.dropFirst().reduce(into: names.first ?? "") { $0 += "/" + $1 }
  }
}
