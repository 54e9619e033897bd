import ResourceModel
import Supervision

/// A job that was not run. Never the command's own failure: that is in its report.
public struct ResourceManagerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Code: Sendable, Hashable {
    /// The request makes no sense: no command, an unknown profile, a budget that can't be priced.
    case badRequest
    /// This host can't hold what was asked for.
    case refused
    /// The command is there and can't be executed.
    case notExecutable
    /// There is no such command.
    case notFound
    /// The supervision itself failed.
    case failed
  }

  /// What kind of failure it is.
  public var code: Code
  /// What failed, on what, and what to do.
  public var description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  init(_ error: PlanError) {
    if case .unavailable = error { code = .refused } else { code = .badRequest }
    description = error.description
  }

  init(_ error: SupervisionError) {
    code =
      switch error.code {
      case .refused: .refused
      case .failed: .failed
      case .notExecutable: .notExecutable
      case .notFound: .notFound
      }
    description = error.description
  }
}
