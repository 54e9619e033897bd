/// How much of the system call interface a job may use: what `--confine` takes.
public enum ConfinementLevel: Sendable, Hashable, CustomStringConvertible {
  /// Nothing is confined; `sudo` and the like work inside as they do outside.
  case none
  /// A deny list comparable to what container engines refuse.
  case standard
  /// An allow list on which ordinary programs without a network run.
  case strict
  /// The rules of a file, by its path.
  case file(String)

  /// Reads `none`, `default`, `strict`, or the path of a file: with `/` in it, or ending in `.yaml`.
  public init(parsing text: String) throws(ValueError) {
    switch text {
    case "none": self = .none
    case "default": self = .standard
    case "strict": self = .strict
    default:
      guard text.utf8.contains(UInt8(ascii: "/")) || text.hasSuffix(".yaml") else {
        let near = ["none", "default", "strict"].nearest(to: text).map { "; did you mean '\($0)'?" } ?? ""
        throw ValueError(
          text,
          expected: "none, default, strict, or a file of rules (a path with '/' or ending in .yaml)" + near)
      }
      self = .file(text)
    }
  }

  /// As it is written.
  public var description: String {
    switch self {
    case .none: "none"
    case .standard: "default"
    case .strict: "strict"
    case .file(let path): path
    }
  }
}
