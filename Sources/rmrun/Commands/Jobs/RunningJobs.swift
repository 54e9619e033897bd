import ArgumentParser
import ControlSocket
import LinuxSystem
import Reporting
import ResourceModel
import Supervision

/// The jobs that run now, of this user or, for root, of all users.
struct RunningJobs {
  private let client: ControlClient
  private let answers: ControlClient.Answers

  /// Asks all supervisors. Refused inside a job.
  static func find() throws -> RunningJobs {
    try OutsideJobs.require(for: "ask about jobs")
    if let ledger = try? LedgerPlace.find(nil) { Abandoned.settle(ledger: ledger) }
    let client = ControlClient(user: OwnProcess.effectiveUser, environment: OwnProcess.environment)
    do {
      return RunningJobs(client: client, answers: try client.list())
    } catch {
      throw UsageError(description: "the running jobs can't be found: \(error)")
    }
  }

  /// All of them, the oldest first.
  var listed: [ListedJob] {
    let isRoot = OwnProcess.effectiveUser == 0
    return answers.jobs.sorted { $0.job.startedAt.since($1.job.startedAt) < .zero }.map { job, socket in
      ListedJob(job, user: isRoot ? Self.name(of: socket.directory.owner) : nil)
    }
  }

  /// Says which supervisors did not answer.
  func warn() {
    for (socket, failure) in answers.failures {
      let place = socket.directory.path + "/" + socket.name
      Console.say("warning: \(place.escapedForTerminal): \(failure.description.escapedForTerminal)")
    }
  }

  /// The job that is called so: by its identifier, by the beginning of one that no other has, or by its name.
  /// - Returns: nil if there is none.
  func job(called name: String) throws -> FoundJob? {
    let exact = answers.jobs.filter { $0.job.id == name }
    let found =
      exact.isEmpty
      ? answers.jobs.filter { $0.job.id.hasPrefix(name) || $0.job.progress.name == name } : exact
    guard found.count < 2 else {
      let ids = found.map(\.job.id.escapedForTerminal).sorted().joined(separator: ", ")
      throw UsageError(
        description: "\(found.count) jobs can be meant by '\(name.escapedForTerminal)': name one of \(ids)")
    }
    return found.first.map { FoundJob(job: $0.job, socket: $0.socket, client: client) }
  }

  private static func name(of user: UInt32) -> String {
    UserAccount.of(user: user)?.name ?? "\(user)"
  }
}

/// A running job, and the way to its supervisor.
struct FoundJob {
  let job: RunningJob
  fileprivate let socket: ControlClient.Socket
  fileprivate let client: ControlClient

  fileprivate init(job: RunningJob, socket: ControlClient.Socket, client: ControlClient) {
    self.job = job
    self.socket = socket
    self.client = client
  }

  /// Finds the job, once more after a moment: the socket of one that was just launched is not there yet.
  /// - Throws: `UsageError` if there is none.
  static func called(_ name: String) throws -> FoundJob {
    if let found = try RunningJobs.find().job(called: name) { return found }
    Clock.sleep(.milliseconds(60))
    let jobs = try RunningJobs.find()
    if let found = try jobs.job(called: name) { return found }
    jobs.warn()
    throw UsageError(
      description: "there is no running job '\(name.escapedForTerminal)'; `rmrun ps` shows those that run")
  }

  /// Asks its supervisor.
  /// - Returns: the reply that is no failure.
  func ask(_ request: ControlRequest) throws -> ControlReply {
    do throws(ControlFailure) {
      let reply = try client.ask(request, at: socket)
      if case .failure(let failure) = reply { throw failure }
      return reply
    } catch {
      Console.error(error.description.escapedForTerminal)
      throw ExitCode(error.code == .refused ? RunStatus.refused : RunStatus.failed)
    }
  }
}
