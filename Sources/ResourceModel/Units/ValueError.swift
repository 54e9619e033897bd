/// A text that should have been a number, size, duration or the like, and is not.
///
/// `description` says what was given and what would have been right; the caller adds where it stood.
public struct ValueError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text as it was given.
  public var text: String
  /// What would have been right, with an example: `a size with a unit, such as 512M`.
  public var expected: String

  /// Makes the error for a text and what was expected instead of it.
  public init(_ text: String, expected: String) {
    self.text = text
    self.expected = expected
  }

  /// `'12x' is not a size with a unit, such as 512M`. Of a very long text only the beginning is shown.
  public var description: String {
    let shown = text.utf8.count > 200 ? String(text.unicodeScalars.prefix(100)) + "…" : text
    return "'\(shown.escapedForTerminal)' is not \(expected)"
  }
}
