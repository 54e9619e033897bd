import ResourceModel

/// A job that was not run, or could not be supervised. Never the command's own failure.
package struct SupervisionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is, with rmrun's exit status for it.
  package enum Code: Int32, Sendable, Hashable {
    /// The host does not offer what was required; nothing was run.
    case refused = 122
    /// rmrun itself failed.
    case failed = 125
    /// The command is there and can't be executed.
    case notExecutable = 126
    /// There is no such command.
    case notFound = 127
  }

  /// What kind of failure it is.
  package var code: Code
  /// What failed, on what, and what to do.
  package var description: String

  /// Makes the error.
  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
