import ResourceModel

/// A place in a file: line and column, both from 1; columns count Unicode scalars, as YAML's own marks do.
package struct SourcePosition: Sendable, Hashable, Comparable {
  /// From 1.
  package var line: Int
  /// From 1.
  package var column: Int

  /// Makes a position.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The first character of a file.
  package static let start = SourcePosition(line: 1, column: 1)

  /// Earlier or later in the file.
  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// One fault of a configuration file, in the form that compilers print and editors jump to.
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  /// The file as it was named.
  package var file: String
  /// Where the fault stands.
  package var position: SourcePosition
  /// What is wrong, and what would be right.
  package var message: String

  /// Makes a diagnostic.
  package init(file: String, position: SourcePosition, message: String) {
    self.file = file
    self.position = position
    self.message = message
  }

  /// From 1.
  package var line: Int { position.line }
  /// From 1.
  package var column: Int { position.column }

  /// `ci.yaml:4:13: error: memory.max: '12' is not a size with a unit, such as 512M`.
  package var description: String {
    "\(file.escapedForTerminal):\(line):\(column): error: \(message.escapedForTerminal)"
  }
}

/// The faults found so far in one file. Reading goes on after each, so that one run reports them all.
struct Faults {
  let file: String
  private(set) var found: [Diagnostic] = []

  init(file: String) { self.file = file }

  mutating func add(_ message: String, at position: SourcePosition) {
    found.append(Diagnostic(file: file, position: position, message: message))
  }

  /// In the order of the file.
  var inOrder: [Diagnostic] { found.sorted { $0.position < $1.position } }
}
