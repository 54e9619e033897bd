import ControlSocket
import LinuxSystem
import Logging
import ResourceModel

/// What the supervisor does for those who ask over its control socket.
extension Supervisor {
  /// Something has come over a connection.
  func proceed(connection number: UInt64, at now: Instant) {
    guard let control, let request = control.proceed(number, poller),
      let connection = control.connection(number)
    else { return }
    if let refusal = Requester.refusal(of: connection, jobs: jobs.values) {
      log.debug("a request was refused: \(refusal)")
      return control.reply(.failure(refusal), to: number, poller)
    }
    do throws(ControlFailure) {
      guard let reply = try answer(request, to: number, at: now) else { return }
      control.reply(reply, to: number, poller)
    } catch {
      control.reply(.failure(error), to: number, poller)
    }
  }

  /// Does what is asked.
  /// - Returns: nil where the reply comes later.
  private func answer(_ request: ControlRequest, to connection: UInt64, at now: Instant)
    throws(ControlFailure) -> ControlReply?
  {
    guard let id = request.job else {
      let running = jobs.sorted { $0.key < $1.key }
      return .jobs(running.compactMap { $0.value.snapshot(at: now) })
    }
    if case .wait = request {
      control?.wait(connection, forEndOf: try known(id).number)
      return nil
    }
    guard let job = job(id) else { throw Self.noJob(id) }
    switch request {
    case .grant(_, let amount, let key):
      guard accounts?.account(of: job.number) == nil else {
        accounts?.raise(job.number, by: amount, key: key, asker: connection)
        return nil
      }
      try job.grant(amount, key: key, at: now)
    case .resize(_, let changes): try job.resize(changes, on: facts)
    case .stop:
      job.handle(.stopRequested, at: now)
      return try done(job, orEndedAs: .stopping, at: now)
    case .kill:
      job.handle(.killRequested, at: now)
      return try done(job, orEndedAs: .killed, at: now)
    case .freeze: try job.freeze(at: now)
    case .thaw: try job.thaw(at: now)
    case .list, .wait: break
    }
    return try done(job, at: now)
  }

  /// The account has answered whoever asked for more budget.
  func tellRaise(
    _ outcome: Result<JobAccount, ControlFailure>, of number: UInt64, to connection: UInt64, at now: Instant
  ) {
    do throws(ControlFailure) {
      let account = try outcome.get()
      guard let job = jobs[number] else { throw ControlFailure(.noJob, "the job is over") }
      job.follow(account)
      job.setBudget(.atMost(account.budget), at: now)
      control?.reply(try done(job, at: now), to: connection, poller)
    } catch {
      control?.reply(.failure(error), to: connection, poller)
    }
  }

  private func done(
    _ job: SupervisedJob, orEndedAs end: RunningJob.State? = nil, at now: Instant
  ) throws(ControlFailure) -> ControlReply {
    guard let snapshot = job.snapshot(at: now, orEndedAs: end) else { throw Self.noJob(job.id) }
    return .done(snapshot)
  }

  /// A job that runs, or whose end is being booked.
  private func known(_ id: String) throws(ControlFailure) -> SupervisedJob {
    guard let job = job(id) ?? closing.values.first(where: { $0.id == id }) else { throw Self.noJob(id) }
    return job
  }

  private static func noJob(_ id: String) -> ControlFailure {
    ControlFailure(.noJob, "the job \(id.escapedForTerminal) is over; `rmrun ps` shows those that run")
  }
}
