/// A node of a configuration file: a text as written, a list or a map, each with its place.
///
/// Numbers, dates and truth values stay text: `1.50G`, `22:00` and `no` mean what their reader takes them for, not what one of
/// YAML's versions does.
struct DocumentNode: Sendable, Hashable {
  enum Content: Sendable, Hashable {
    /// A scalar, unquoted.
    case text(String)
    case list([DocumentNode])
    /// In the file's order; a key may stand in it twice (the fault is on record then).
    case map([Entry])
  }

  struct Entry: Sendable, Hashable {
    var key: String
    var keyPosition: SourcePosition
    var value: DocumentNode
  }

  var content: Content
  var position: SourcePosition

  /// What it is, for a fault that says that something else should stand there.
  var kind: String {
    switch content {
    case .text: "a plain value"
    case .list: "a list"
    case .map: "a section"
    }
  }
}

/// A file that was read as far as it could be.
struct ParsedDocument {
  /// The top of the file; nil for an empty file, or one that is no YAML at all.
  var root: DocumentNode?
  var faults: Faults
}
