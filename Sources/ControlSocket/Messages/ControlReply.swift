package import ResourceModel

/// What a supervisor answers.
package enum ControlReply: Sendable, Hashable {
  /// Its jobs, as they stand.
  case jobs([RunningJob])
  /// What was asked is done; the job as it stands now.
  case done(RunningJob)
  /// The job is over, with the status that rmrun ended with for it.
  case ended(exitStatus: Int32)
  /// What was asked is not done.
  case failure(ControlFailure)
}

/// Why something was not done.
package struct ControlFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Code: String, Sendable, Hashable {
    /// Whoever asked may not, or the host or the account can't.
    case refused
    /// There is no such job (any more).
    case noJob
    /// The request makes no sense.
    case badRequest
    /// It is of a version that this supervisor doesn't know.
    case version
    /// It should have worked.
    case failed
  }

  package var code: Code
  /// What failed, on what, and what to do.
  package var description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

/// A reply as a line of JSON has it; one of the fields is there.
struct WireReply: Codable {
  struct Failure: Codable {
    var code: String
    var message: String
  }

  var version = ControlLine.version
  var jobs: [WireJob]?
  var done: WireJob?
  var exitStatus: Int32?
  var failure: Failure?

  init(_ reply: ControlReply) {
    switch reply {
    case .jobs(let jobs): self.jobs = jobs.map(WireJob.init)
    case .done(let job): done = WireJob(job)
    case .ended(let status): exitStatus = status
    case .failure(let error): failure = Failure(code: error.code.rawValue, message: error.description)
    }
  }

  /// Nil for a reply that makes no sense.
  var reply: ControlReply? {
    if let jobs {
      let understood = jobs.compactMap(\.job)
      return understood.count == jobs.count ? .jobs(understood) : nil
    }
    if let done { return done.job.map { .done($0) } }
    if let exitStatus { return .ended(exitStatus: exitStatus) }
    guard let failure else { return nil }
    return .failure(ControlFailure(ControlFailure.Code(rawValue: failure.code) ?? .failed, failure.message))
  }
}
