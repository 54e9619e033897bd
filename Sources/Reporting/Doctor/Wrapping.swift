/// Breaks text between words, so that it fits a terminal.
enum Wrapping {
  /// Columns that every terminal has.
  static let columns = 80

  /// Lines behind a label, the further ones indented to below the first one's text. A word that is too long stays whole: it may
  /// be a path or a command to be copied.
  static func lines(_ text: String, label: String) -> [String] {
    let indentation = String(repeating: " ", count: label.displayWidth)
    let parts = broken(text, to: columns - label.displayWidth)
    return parts.enumerated().map { ($0.offset == 0 ? label : indentation) + $0.element }
  }

  /// Lines indented alike.
  static func lines(_ text: String, indentation: Int) -> [String] {
    lines(text, label: String(repeating: " ", count: indentation))
  }

  private static func broken(_ text: String, to width: Int) -> [String] {
    text.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let last = lines.last, last.displayWidth + 1 + String(word).displayWidth <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
  }
}
