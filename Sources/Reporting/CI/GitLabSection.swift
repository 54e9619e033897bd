public import ResourceModel

/// Lines in a GitLab job's log that can be folded. Source: GitLab's "Job logs", "Custom collapsible sections".
public struct GitLabSection: Sendable, Hashable {
  /// What joins start and end: letters, digits, `_`, `.` and `-`.
  public let name: String
  /// What stands above the lines.
  public var header: String
  /// Whether the lines are folded at first.
  public var isCollapsed: Bool

  /// Makes a section; characters that a section's name can't have become `_`.
  public init(name: String, header: String, isCollapsed: Bool = false) {
    self.name = String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { scalar in
          switch scalar {
          case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-": scalar
          default: "_"
          }
        }))
    self.header = header
    self.isCollapsed = isCollapsed
  }

  /// The line that begins it, without a newline.
  public func start(at time: WallTime) -> String {
    let options = isCollapsed ? "[collapsed=true]" : ""
    let mark = "\u{1b}[0Ksection_start:\(time.seconds):\(name)\(options)\r\u{1b}[0K"
    return mark + header.escapedForTerminal
  }

  /// The line that ends it, without a newline.
  public func end(at time: WallTime) -> String {
    "\u{1b}[0Ksection_end:\(time.seconds):\(name)\r\u{1b}[0K"
  }
}
