package import LinuxSystem
import ResourceModel

/// A profile or price book that can't be used: what was tried, on what, and why.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is: an open set, so that a new one breaks no caller.
  package struct Code: Sendable, Hashable {
    private let name: String
    private init(_ name: String) { self.name = name }

    /// No file and no built-in has this name.
    package static let unknownName = Code("unknownName")
    /// The name has characters that names don't have.
    package static let badName = Code("badName")
    /// The file is there, and can't be read or isn't a plain file.
    package static let unreadable = Code("unreadable")
    /// The file was read and has faults; see `diagnostics`.
    package static let faulty = Code("faulty")
    /// Profiles extend one another in a circle, or in too long a line.
    package static let cycle = Code("cycle")
  }

  /// What kind of failure it is.
  package let code: Code
  /// What was tried, as an infinitive: `read the profile`.
  package let operation: String
  /// The file or name it was tried on.
  package let path: String
  /// Why, and what to do about it; empty where `diagnostics` or `underlying` say it.
  package let reason: String
  /// Every fault of the file.
  package let diagnostics: [Diagnostic]
  /// The system's own reason, if there was one.
  package let underlying: SystemError?

  init(
    _ code: Code, _ operation: String, path: String, reason: String = "", diagnostics: [Diagnostic] = [],
    underlying: SystemError? = nil
  ) {
    self.code = code
    self.operation = operation
    self.path = path
    self.reason = reason
    self.diagnostics = diagnostics
    self.underlying = underlying
  }

  /// One line, or a line for each fault after it.
  package var description: String {
    let head = "can't \(operation) '\(path.shortened().escapedForTerminal)'"
    if let underlying { return head + ": \(underlying)" }
    if diagnostics.isEmpty { return head + ": " + reason }
    let count = diagnostics.count == 1 ? "1 fault" : "\(diagnostics.count) faults"
    return ([head + ": it has \(count):"] + diagnostics.map(\.description)).joined(separator: "\n")
  }

  /// The faults, one at least: a failure without a place in a file stands at its start.
  var asDiagnostics: [Diagnostic] {
    guard diagnostics.isEmpty else { return diagnostics }
    let why = underlying.map(\.description) ?? reason
    return [Diagnostic(file: path, position: .start, message: "can't \(operation): \(why)")]
  }
}

extension String {
  /// The beginning of a long text, for quoting what may be a mebibyte of nonsense (or one character of that size).
  func shortened(to limit: Int = 200) -> String {
    utf8.count <= limit ? self : String(unicodeScalars.prefix(limit)) + "…"
  }
}
