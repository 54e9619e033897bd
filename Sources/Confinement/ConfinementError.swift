/// A confinement that can't be had: what was tried, on what, and why.
package struct ConfinementError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is: an open set.
  package struct Code: Sendable, Hashable {
    private let name: String
    private init(_ name: String) { self.name = name }

    /// What was asked for makes no sense, whatever the host.
    package static let badRequest = Code("badRequest")
    /// This host, or this user on it, can't have it.
    package static let unavailable = Code("unavailable")
  }

  /// What kind of failure it is.
  package let code: Code
  /// What failed, on what, and what to do.
  package let description: String

  /// A filter that the kernel would not take.
  static let tooLong = ConfinementError(
    .badRequest, "the filter has more than \(FilterProgram.longest) instructions: give it fewer rules")

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
