package import LinuxSystem
package import ResourceModel

/// Asks the supervisors of this user, or for root of all users.
package struct ControlClient: Sendable {
  /// A supervisor's socket.
  package struct Socket: Sendable, Hashable {
    /// The directory that it lies in.
    package var directory: RuntimeDirectory
    /// Its name there.
    package var name: String

    package init(directory: RuntimeDirectory, name: String) {
      self.directory = directory
      self.name = name
    }
  }

  /// What supervisors that were asked together said.
  package struct Answers: Sendable {
    /// Their jobs, and whose they are.
    package var jobs: [(job: RunningJob, socket: Socket)] = []
    /// Those that did not answer, and why.
    package var failures: [(socket: Socket, failure: ControlFailure)] = []
  }

  private let places: [RuntimeDirectory]
  /// How long a supervisor may take to answer at once.
  private static let patience: Duration = .seconds(2)
  /// How many are asked at once: each is an open file.
  private static let together = 128

  /// Asks in these places.
  package init(_ places: [RuntimeDirectory]) { self.places = places }

  /// Asks as a user: in that user's places, and for root in all users', unless another place is named.
  package init(user: UInt32, environment: (String) -> String?) {
    let own = RuntimeDirectory.places(user: user, environment: environment)
    let isNamed = environment(RuntimeDirectory.variable) != nil
    places = user == 0 && !isNamed ? own + RuntimeDirectory.placesOfOthers() : own
  }

  /// All jobs of all supervisors. A socket that a crash left is removed.
  package func list() throws(SystemError) -> Answers {
    var answers = Answers()
    for place in places {
      guard let directory = try? place.open(), let entries = try? directory.entries() else { continue }
      let names = entries.filter { $0.kind == .socket }.map(\.name).sorted()
      for name in names where LocalListener.isDraft(name) { Self.sweep(draft: name, in: directory) }
      let sockets = names.filter { !LocalListener.isDraft($0) }
      for start in stride(from: 0, to: sockets.count, by: Self.together) {
        let batch = sockets[start..<min(start + Self.together, sockets.count)]
        try ask(batch.map { Socket(directory: place, name: $0) }, in: directory, &answers)
      }
    }
    return answers
  }

  /// Asks supervisors for their jobs, all at once: one that stands still keeps the others waiting no longer than `patience`.
  private func ask(_ sockets: [Socket], in directory: borrowing Descriptor, _ answers: inout Answers)
    throws(SystemError)
  {
    var poller = try Poller()
    var open: [UInt64: (question: ControlQuestion, socket: Socket)] = [:]
    for (token, socket) in sockets.enumerated() {
      do throws(SystemError) {
        let question = try ControlQuestion(
          .list, to: socket.name, in: directory, owner: socket.directory.owner)
        try poller.add(question.rawValue, token: UInt64(token), events: .readable)
        open[UInt64(token)] = (question, socket)
      } catch {
        // It listened before it had this name, so whoever it was is dead.
        if error.code == .unanswered {
          try? directory.removeFile(socket.name)
        } else if error.code != .notFound {
          answers.failures.append((socket, ControlFailure(.failed, "\(error)")))
        }
      }
    }
    for token in open.keys.sorted() { advance(token, &open, poller, &answers) }
    let deadline = Clock.boottime().advanced(by: Self.patience)
    while !open.isEmpty {
      let ready = try poller.wait(until: deadline)
      guard !ready.isEmpty else { break }
      for event in ready { advance(event.token, &open, poller, &answers) }
    }
    answers.failures += open.values.map { ($0.socket, Self.silence) }
  }

  private func advance(
    _ token: UInt64, _ open: inout [UInt64: (question: ControlQuestion, socket: Socket)],
    _ poller: borrowing Poller, _ answers: inout Answers
  ) {
    guard let (question, socket) = open[token] else { return }
    do throws(ControlFailure) {
      guard let reply = try question.proceed() else { return }
      switch reply {
      case .jobs(let jobs): answers.jobs += jobs.map { ($0, socket) }
      case .failure(let failure): answers.failures.append((socket, failure))
      case .done, .ended: break
      }
    } catch {
      answers.failures.append((socket, error))
    }
    try? poller.remove(question.rawValue)
    open[token] = nil
  }

  /// Removes a socket that was never given its name, unless somebody is about to.
  private static func sweep(draft name: String, in directory: borrowing Descriptor) {
    for _ in 0..<2 {
      do throws(SystemError) {
        _ = try LocalSocket.connect(to: name, in: directory)
        return
      } catch {
        guard error.code == .unanswered else { return }
      }
      Clock.sleep(.milliseconds(50))
    }
    try? directory.removeFile(name)
  }

  /// Asks one supervisor, and waits for its answer: `patience` long, or without end for the end of a job.
  package func ask(_ request: ControlRequest, at socket: Socket) throws(ControlFailure) -> ControlReply {
    do {
      let directory = try socket.directory.open()
      let question = try ControlQuestion(
        request, to: socket.name, in: directory, owner: socket.directory.owner)
      var poller = try Poller()
      try poller.add(question.rawValue, token: 0, events: .readable)
      let deadline = Self.deadline(of: request)
      while true {
        if let reply = try question.proceed() { return reply }
        guard try !poller.wait(until: deadline).isEmpty else { throw Self.silence }
      }
    } catch let failure as ControlFailure {
      throw failure
    } catch let error as SystemError where error.code == .notFound || error.code == .unanswered {
      throw ControlFailure(.noJob, "the job is over, and its supervisor has gone")
    } catch {
      throw ControlFailure(.failed, "the job's supervisor can't be asked: \(error)")
    }
  }

  private static func deadline(of request: ControlRequest) -> Instant? {
    if case .wait = request { return nil }
    // The account of a job may have to be asked, and its ledger may be held by others.
    if case .grant = request { return Clock.boottime().advanced(by: .seconds(20)) }
    return Clock.boottime().advanced(by: patience)
  }

  private static let silence = ControlFailure(
    .failed, "the job's supervisor did not answer in time; is it stopped?")
}
