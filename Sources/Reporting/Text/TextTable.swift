/// Rows of cells as aligned columns, two blanks between them, none at the end of a line.
struct TextTable {
  /// To which side a column's cells are set.
  enum Alignment {
    /// For words.
    case left
    /// For numbers.
    case right
  }

  /// One for each column.
  var columns: [Alignment]
  /// Each with at most one cell a column.
  var rows: [[String]] = []

  /// One line per row, each behind `indentation` and before a newline.
  func text(indentation: String) -> String {
    let widths = columns.indices.map { column in
      rows.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
    }
    return rows.reduce(into: "") { text, row in
      let cells = zip(row, zip(columns, widths)).map { cell, format in
        format.0 == .left ? cell.padded(to: format.1) : cell.aligned(to: format.1)
      }
      let line = indentation + cells.joined(separator: "  ")
      text += String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
  }
}
