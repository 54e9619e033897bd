import ResourceModel

/// The characters that a terminal can show.
public enum CharacterRepertoire: Sendable, Hashable {
  /// All of Unicode, as UTF-8.
  case unicode
  /// ASCII only.
  case ascii

  /// The repertoire of the locale, by `LC_ALL`, `LC_CTYPE` and `LANG`: the first that is set and not empty counts.
  /// Source: locale(7).
  /// - Parameter variable: the value of an environment variable.
  public static func detect(_ variable: (String) -> String?) -> CharacterRepertoire {
    let value = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty } ?? ""
    let charset = value.lowercased().split(separator: ".", maxSplits: 1).dropFirst().first ?? ""
    let isUTF8 = charset.hasPrefix("utf-8") || charset.hasPrefix("utf8")
    return isUTF8 ? .unicode : .ascii
  }

  /// The text in this repertoire: what ASCII has no sign for is written as `\u{..}`.
  public func text(_ text: String) -> String {
    guard self == .ascii, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    return text.unicodeScalars.reduce(into: "") { output, scalar in
      switch scalar {
      case _ where scalar.isASCII: output.unicodeScalars.append(scalar)
      case "µ": output += "u"
      default: output += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
  }
}
