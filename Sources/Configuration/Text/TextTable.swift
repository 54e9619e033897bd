/// Columns of text, as wide as they have to be.
struct TextTable {
  private var rows: [[String]] = []

  mutating func add(_ cells: String...) { rows.append(cells) }

  /// A line for each row, two spaces between the columns, none at the end.
  ///
  /// Widths are counted in characters, which is right for everything rmrun itself says; a wide character in a user's description stands
  /// in the last column, where it moves nothing.
  func text() -> String {
    let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (cell, width) in zip(row, widths) {
        line += cell + String(repeating: " ", count: width - cell.count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
