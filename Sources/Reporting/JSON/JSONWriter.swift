extension JSONValue {
  /// The value as RFC 8259 has it, two spaces deeper per level, no newline at the end.
  package var text: String {
    var output = ""
    write(to: &output, indentation: "")
    return output
  }

  private func write(to output: inout String, indentation: String) {
    switch self {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .number(let value): output += value.text
    case .string(let value): Self.write(value, to: &output)
    case .array(let values):
      Self.write(values, between: ("[", "]"), to: &output, indentation) { value, output, deeper in
        value.write(to: &output, indentation: deeper)
      }
    case .object(let members):
      Self.write(members, between: ("{", "}"), to: &output, indentation) { member, output, deeper in
        Self.write(member.key, to: &output)
        output += ": "
        member.value.write(to: &output, indentation: deeper)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between brackets: (String, String), to output: inout String, _ indentation: String,
    element: (Element, inout String, String) -> Void
  ) {
    guard !elements.isEmpty else {
      output += brackets.0 + brackets.1
      return
    }
    let deeper = indentation + "  "
    output += brackets.0
    for (index, value) in elements.enumerated() {
      output += (index == 0 ? "\n" : ",\n") + deeper
      element(value, &output, deeper)
    }
    output += "\n" + indentation + brackets.1
  }

  /// RFC 8259, section 7, asks for escapes of `"`, `\` and U+0000 to U+001F. The other invisible characters that can
  /// drive or reorder a terminal are escaped too, since a report may be printed on one, and the two line separators that
  /// JavaScript once took for line ends. A Swift string is always valid Unicode: what was not has become U+FFFD.
  private static func write(_ text: String, to output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case _ where isEscaped(scalar):
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }

  private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}
