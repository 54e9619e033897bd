import ResourceModel

extension String {
  /// The text so that no Markdown or HTML reader sees anything in it but text, on one line and safe in a table's cell.
  ///
  /// CommonMark, section 2.5: "Entity and numeric character references cannot be used in place of symbols indicating
  /// structure". So every sign that could be structure becomes a reference. A backslash or a code span would not do:
  /// inside a table both are read twice.
  /// - Parameter startsLine: the text begins a line or a list's item, where `1.` or `-` would begin a list: then the
  ///   first character too becomes a reference, unless it is a letter.
  func escapedForMarkdown(startsLine: Bool = false) -> String {
    let scalars = Array(escapedForTerminal.unicodeScalars)
    return scalars.indices.reduce(into: "") { escaped, index in
      let isFirst = startsLine && index == 0
      if Self.isText(scalars[index], before: scalars.dropFirst(index + 1).first, isFirst: isFirst) {
        escaped.unicodeScalars.append(scalars[index])
      } else {
        escaped += "&#\(scalars[index].value);"
      }
    }
  }

  private static func isText(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?, isFirst: Bool) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z": true
    case "0"..."9", " ", ",", ".", "-", "/", "%", "(", ")", ";", "=", "+": !isFirst
    // `:` can begin an emoji or stand in an address, but not before a blank.
    case ":": !isFirst && next == " "
    default: !scalar.isASCII
    }
  }

  /// The text as inline code that no reader takes apart.
  var asMarkdownCode: String { isEmpty ? "" : "<code>\(escapedForMarkdown())</code>" }
}
