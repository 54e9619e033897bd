/// A line that the runner of GitHub Actions takes as a command.
/// Source: "Workflow commands for GitHub Actions", and the runner's `ActionCommand.cs` for what is escaped.
public struct GitHubCommand: Sendable, Hashable {
  /// What a line can ask for.
  public enum Kind: String, Sendable, Hashable {
    /// An annotation that warns.
    case warning
    /// An annotation that tells of a failure.
    case error
    /// An annotation that tells.
    case notice
    /// The beginning of lines that can be folded; its message is their title.
    case group
    /// Their end.
    case endgroup
  }

  /// What it asks for.
  public var kind: Kind
  /// An annotation's title.
  public var title: String?
  /// The text.
  public var message: String

  /// Makes a command.
  public init(_ kind: Kind, title: String? = nil, message: String = "") {
    self.kind = kind
    self.title = title
    self.message = message
  }

  /// The line, without a newline: `::warning title=rmrun::80%25 of the budget`.
  public var line: String {
    let properties = title.map { " title=" + Self.escaped($0, isProperty: true) } ?? ""
    return "::\(kind.rawValue)\(properties)::" + Self.escaped(message, isProperty: false)
  }

  private static func escaped(_ text: String, isProperty: Bool) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      case ":" where isProperty: escaped += "%3A"
      case "," where isProperty: escaped += "%2C"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}
