import ResourceModel

/// What `--profile` takes: the name of a profile, or the path of a file.
enum ProfileReference {
  case name(String)
  case path(String)

  /// A value with `/` or ending in `.yaml` is a file; anything else is a name, and never a file of the working directory: else
  /// a checked-out repository could put its own profile in the place of the one that was meant.
  init(_ value: String) throws(ConfigurationError) {
    if value.contains("/") || value.hasSuffix(".yaml") {
      self = .path(value)
    } else if Self.isName(value) {
      self = .name(value)
    } else {
      throw ConfigurationError(
        .badName, "find the profile", path: value,
        reason: "a name has letters, digits, '.', '_' and '-', and no '.' in front; "
          + "a file is given by a path with '/' or ending in .yaml")
    }
  }

  static func isName(_ text: String) -> Bool {
    guard (1...128).contains(text.utf8.count), text.utf8.first != UInt8(ascii: ".") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
  }
}
