package import ResourceModel

/// What can be asked of the supervisor of running jobs.
package enum ControlRequest: Sendable, Hashable {
  /// All its jobs.
  case list
  /// More budget for a job. Asked again with the same key, nothing is granted again.
  case grant(job: String, Credits, key: String?)
  /// Other limits for a job, by their keys in a profile; a value is what a command line has.
  case resize(job: String, [String: String])
  /// The stop signal, the grace period, SIGKILL.
  case stop(job: String)
  /// SIGKILL.
  case kill(job: String)
  /// Its processes stand still until `thaw`.
  case freeze(job: String)
  /// They go on.
  case thaw(job: String)
  /// An answer when the job is over.
  case wait(job: String)

  /// The job that it is about; nil: all of them.
  package var job: String? {
    switch self {
    case .list: nil
    case .grant(let job, _, _), .resize(let job, _), .stop(let job), .kill(let job), .freeze(let job),
      .thaw(let job), .wait(let job):
      job
    }
  }
}

/// A request as a line of JSON has it:
///
///     {"version":1,"verb":"grant","job":"k3x9…","microcredits":5000000}
struct WireRequest: Codable {
  var version = ControlLine.version
  var verb: String
  var job: String?
  var microcredits: Int64?
  var key: String?
  var limits: [String: String]?

  init(_ request: ControlRequest) {
    job = request.job
    switch request {
    case .list: verb = "list"
    case .grant(_, let amount, let key):
      verb = "grant"
      microcredits = amount.microcredits
      self.key = key
    case .resize(_, let limits):
      verb = "resize"
      self.limits = limits
    case .stop: verb = "stop"
    case .kill: verb = "kill"
    case .freeze: verb = "freeze"
    case .thaw: verb = "thaw"
    case .wait: verb = "wait"
    }
  }

  /// Nil for a request that makes no sense.
  var request: ControlRequest? {
    guard verb != "list" else { return .list }
    guard let job else { return nil }
    switch verb {
    case "grant":
      guard let microcredits, microcredits > 0 else { return nil }
      return .grant(job: job, Credits(microcredits: microcredits), key: key)
    case "resize":
      guard let limits, !limits.isEmpty else { return nil }
      return .resize(job: job, limits)
    case "stop": return .stop(job: job)
    case "kill": return .kill(job: job)
    case "freeze": return .freeze(job: job)
    case "thaw": return .thaw(job: job)
    case "wait": return .wait(job: job)
    default: return nil
    }
  }
}
