extension Unicode.Scalar {
  /// Columns that a terminal gives to the scalar: 0, 1 or 2. Source: UAX #11 (wide and fullwidth) and wcwidth(3).
  var displayWidth: Int {
    switch value {
    case 0x20..<0x7f: return 1
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd:
      return 2
    default: break
    }
    if properties.isEmojiPresentation { return 2 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return 1
    }
  }
}

extension String {
  /// Columns on a terminal. Joined emoji are counted one by one, as terminals that don't join them show them: so a line
  /// that fits by this count fits everywhere.
  var displayWidth: Int { unicodeScalars.reduce(0) { $0 + $1.displayWidth } }

  /// The text if it fits, else its beginning and `...`; never wider than `columns`.
  func shortened(to columns: Int) -> String {
    guard displayWidth > columns else { return self }
    let mark = String("...".prefix(max(0, columns)))
    var room = columns - mark.count
    let kept = prefix { character in
      room -= String(character).displayWidth
      return room >= 0
    }
    return kept + mark
  }

  /// Blanks after the text up to `columns`.
  func padded(to columns: Int) -> String {
    self + String(repeating: " ", count: max(0, columns - displayWidth))
  }

  /// Blanks before the text up to `columns`.
  func aligned(to columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - displayWidth)) + self
  }
}
