import Glibc
import LinuxSystem
package import Logging
package import ResourceModel

/// Supervises jobs: one event loop for any number of them, on the thread that calls `run`.
///
/// It waits for the kernel (a command's end, a group that became empty, a signal) and for the earliest time at which some
/// job has to be looked at, and hands each event to its job. Nothing is polled on a tick.
package final class Supervisor {
  var poller: Poller
  let signals: SignalInbox?
  let guardian: GuardianKeeper
  private let launcher: JobLauncher
  private let adoptsOrphans: Bool
  /// What this host offers to a supervisor of the priority that this one has: what jobs are to be planned on.
  package let facts: HostFacts
  private(set) var jobs: [UInt64: SupervisedJob] = [:]
  private var nextNumber: UInt64 = 1
  private weak var observer: (any JobObserver)?
  let log: Logger
  private var reports: [JobReport] = []
  let accounts: JobAccounts?
  /// Who asks for something while jobs run.
  let control: ControlDesk?
  /// Jobs that are over, and whose end is being booked.
  private(set) var closing: [UInt64: SupervisedJob] = [:]
  /// Jobs that are over, and whose work directories' projects are being given back.
  var releasing: [UInt64: AsideWork<Void>] = [:]
  /// Whether orphans may wait to be reaped.
  private var hasOrphans = false
  /// How many orphans are reaped, and signals taken, before jobs are looked at again: a job can make more of both, for ever,
  /// than there is time for.
  private static let turn = 16

  /// Makes a supervisor without jobs, and starts its guardian.
  /// - Parameters:
  ///   - options: what it may do to the process that it lives in.
  ///   - observer: told of everything; not kept alive.
  /// - Throws: `SupervisionError` if the kernel refuses the event loop's descriptors or the guardian.
  package init(
    _ options: SupervisorOptions, observer: (any JobObserver)?, log: Logger
  ) throws(SupervisionError) {
    self.observer = observer
    self.log = log
    accounts = options.bookkeeper.map { JobAccounts($0, log: log) }
    let places = options.runtimeDirectories
    control = places.isEmpty ? nil : ControlDesk(places, log: log)
    do throws(SystemError) {
      // First of all: what the command gets back is how this process was started.
      launcher = JobLauncher(options, before: .current(isWrapper: options.takesSignals), log: log)
      signals = options.takesSignals ? try SignalInbox() : nil
      adoptsOrphans = options.adoptsOrphans
      if adoptsOrphans { try ProcessControl.setSubreaper(true) }
      TimerSlack.minimise()
      poller = try Poller()
      guardian = try GuardianKeeper(recovery: options.recovery, log: log)
      // A thread that is started after this has an ordinary one, whatever the caller's (SCHED_RESET_ON_FORK).
      let priority = options.raisesPriority ? OwnPriority.raise() : .ordinary
      if let expected = options.expected { launcher.prepare(for: expected) }
      if let signals {
        try poller.add(signals.rawValue, token: LoopToken.signals.rawValue, events: .readable)
      }
      if let accounts {
        try poller.add(accounts.rawValue, token: LoopToken.books.rawValue, events: .readable)
      }
      facts = try HostSurvey.facts(
        priority: priority, memoryCeiling: launcher.memoryCeiling)
      try watchGuardian()
    } catch {
      throw SupervisionError(.failed, "could not set up the supervision: \(error)")
    }
  }

  /// Launches a job: group, limits, guardian, command.
  /// - Returns: the job's identifier.
  /// - Throws: `SupervisionError`; then nothing of the job is left.
  package func launch(_ request: JobRequest) throws(SupervisionError) -> String {
    let number = nextNumber
    nextNumber += 1
    let id = try identifier()
    try accounts?.reserve(request, id: id, number: number)
    let launched: LaunchedJob
    do {
      launched = try launch(request, id: id, number: number, own: own)
    } catch {
      accounts?.abandon(id: id, number: number)
      bookEnds()
      throw error
    }
    return start(launched, number: number)
  }

  private func launch(
    _ request: JobRequest, id: String, number: UInt64, own: Set<Int32>
  ) throws(SupervisionError) -> LaunchedJob {
    try launcher.launch(request, id: id, own: own, on: facts) { [guardian] directory, name in
      guardian.watch(place: directory, of: name)
    } guarding: { containment throws(SystemError) in
      if try guardian.watch(containment, id: number) { try watchGuardian() }
    } keeping: { [guardian] work throws(SystemError) in
      try guardian.watch(work, id: number)
    } waiting: { descriptor throws(SystemError) in
      try lookAfterJobs(until: descriptor)
    } admitting: { [accounts] containment throws(SupervisionError) in
      try accounts?.awaitReservation(number: number, group: containment.groupPath)
    } abandoned: { [guardian] in
      guardian.release(id: number)
      guardian.releaseWork(id: number)
    }
  }

  /// This process and its guardian, which may be another one than at the launch.
  private var own: Set<Int32> { [OwnProcess.pid, guardian.pid] }

  private func identifier() throws(SupervisionError) -> String {
    do {
      return try JobID.make()
    } catch {
      throw SupervisionError(.failed, "could not name the job: \(error)")
    }
  }

  private func start(_ launched: consuming LaunchedJob, number: UInt64) -> String {
    let job = SupervisedJob(launched, number: number, accounts: accounts, observer: observer, log: log)
    jobs[number] = job
    do {
      try poller.add(job.command.rawValue, token: LoopToken.command(job: number).rawValue, events: .readable)
      if let descriptor = job.containment.eventDescriptor {
        try poller.add(descriptor, token: LoopToken.group(job: number).rawValue, events: .priority)
      }
      try watchCalls(of: job)
    } catch {
      log.error("could not watch \(job.id): \(error)")
    }
    control?.expect(job.id, at: job.launch.launched)
    observer?.launched(job.id, pid: job.command.pid, warnings: job.warnings)
    FaultPoint.launched.pass()
    takeSignals(launching: job)
    return job.id
  }

  /// Runs until every job has ended and been settled.
  /// - Returns: the reports, in the order in which the jobs ended.
  package func run() throws(SupervisionError) -> [JobReport] {
    while !jobs.isEmpty || accounts?.isSettling == true || !releasing.isEmpty {
      do {
        _ = try turn()
      } catch {
        throw SupervisionError(.failed, "the event loop failed: \(error); the guardian ends what is left")
      }
    }
    return reports
  }

  /// Waits for the next event, and does all that is to be done.
  /// - Returns: what has happened.
  func turn() throws(SystemError) -> [LoopToken] {
    let events = try poller.wait(until: hasOrphans ? Clock.boottime() : nextWake)
    let tokens = events.compactMap { LoopToken(rawValue: $0.token) }
    takeTurn(tokens)
    if hasOrphans { reapOrphans() }
    settleEndedJobs()
    return tokens
  }

  /// Lets the guardian end. Undoes what was prepared for jobs' groups. Call it when no job is left.
  package func finish() {
    accounts?.finish()
    control?.close()
    // In this order: until the end somebody is there who would undo it instead.
    launcher.leave(moving: own)
    guardian.finish()
  }

  /// Changes the limits of a running job. Throws `PlanError` or `SupervisionError` where the host can't hold them.
  package func resize(_ id: String, to limits: JobLimits) throws { try job(id)?.resize(limits, on: facts) }

  /// Changes the budget of a running job; a frozen one goes on if it suffices.
  package func setBudget(_ budget: Limit<Credits>, of id: String) {
    job(id)?.setBudget(budget, at: Clock.boottime())
  }

  /// Asks a job to stop, as at a timeout.
  package func stop(_ id: String) { job(id)?.handle(.stopRequested, at: Clock.boottime()) }

  /// Asks every job to stop, as at a timeout.
  package func stopAll() { for job in jobs.values { job.handle(.stopRequested, at: Clock.boottime()) } }

  /// The process that ends the jobs if this one dies; 0 if there is none.
  package var guardianPID: Int32 { guardian.pid }

  func job(_ id: String) -> SupervisedJob? { jobs.values.first { $0.id == id } }

  private var nextWake: Instant? {
    let due = jobs.values.compactMap(\.nextWake) + [control?.nextWake, accounts?.nextWake].compactMap { $0 }
    return due.min()
  }

  /// What concerns jobs comes first, and of those who ask for something over the control socket one a turn: a job, which is refused,
  /// could otherwise put off its own end by asking again and again.
  private func takeTurn(_ tokens: [LoopToken]) {
    for token in tokens where !token.isControl { dispatch(token) }
    wakeDueJobs()
    accounts?.wake(at: Clock.boottime())
    if let asked = tokens.first(where: \.isControl) { dispatch(asked) }
    control?.wake(at: Clock.boottime(), poller)
  }

  private func dispatch(_ token: LoopToken) {
    let now = Clock.boottime()
    switch token {
    case .signals: takeSignals()
    case .guardian: replaceGuardian()
    case .books: takeAnswers(at: now)
    case .control: control?.accept(poller)
    case .connection(let number): proceed(connection: number, at: now)
    case .command(let number): commandReady(number, at: now)
    case .calls(let number): jobs[number].map { answerCalls(of: $0) }
    case .group(let number): jobs[number]?.checkEmpty(at: now)
    case .work(let number): workReleased(of: number)
    case .launch: break  // Whoever waits for it sees it.
    }
  }

  /// A pidfd stays readable once its process has ended, so it leaves the set with the first event.
  private func commandReady(_ number: UInt64, at now: Instant) {
    guard let job = jobs[number] else { return }
    try? poller.remove(job.command.rawValue)
    job.commandReady(at: now)
    // Orphans that ended before it had to wait for it, and their signal is gone.
    hasOrphans = adoptsOrphans
  }

  private func wakeDueJobs() {
    let now = Clock.boottime()
    for job in jobs.values where !job.hasEnded {
      guard let due = job.nextWake, due <= now else { continue }
      job.wake(at: now)
    }
  }

  private func settleEndedJobs() {
    for (number, job) in jobs where job.hasEnded {
      if let descriptor = job.containment.eventDescriptor { try? poller.remove(descriptor) }
      ignoreCalls(of: job)
      if accounts?.account(of: number) != nil { FaultPoint.ended.pass() }
      let report = job.settle(at: Clock.boottime())
      releaseWork(of: job)
      jobs[number] = nil
      reports.append(report)
      if accounts?.settle(report, number: number) == true {
        // Until its end is booked the group keeps the figures.
        closing[number] = job
      } else {
        remove(job)
      }
      observer?.ended(report)
    }
    bookEnds()
  }

  /// Has the ends of jobs booked: here, where there is nothing else to do.
  private func bookEnds() {
    guard let accounts, accounts.isSettling else { return }
    if jobs.isEmpty { accounts.keepHere() } else { accounts.keepBeside() }
  }

  private func remove(_ job: SupervisedJob) {
    if !job.containment.remove() {
      warn("the job's group could not be removed; `rmrun recover` will", of: job.id)
    }
    guardian.release(id: job.number)
    if let report = reports.last(where: { $0.job == job.id }) {
      control?.tellEnd(of: job.number, exitStatus: report.exitStatus, poller)
    }
  }

  private func warn(_ warning: String, of id: String) {
    guard let index = reports.firstIndex(where: { $0.job == id }) else { return }
    reports[index].warnings.append(warning)
  }

  private func takeAnswers(at now: Instant) {
    guard let accounts else { return }
    for news in accounts.takeNews() {
      switch news {
      case .ofJob(let number, let change): jobs[number]?.take(change, at: now)
      case .raised(let number, let connection, let outcome):
        tellRaise(outcome, of: number, to: connection, at: now)
      case .settled(let number, let id, let failure):
        if let failure { warn(failure, of: id) }
        if let job = closing.removeValue(forKey: number) { remove(job) }
      }
    }
  }

  private func watchGuardian() throws(SystemError) {
    guard let descriptor = guardian.rawValue else { return }
    try poller.add(descriptor, token: LoopToken.guardian.rawValue, events: .readable)
  }

  private func replaceGuardian() {
    do {
      if let descriptor = guardian.rawValue { try poller.remove(descriptor) }
      try guardian.restart()
      try watchGuardian()
      log.warning("the guardian was killed by somebody; another one has taken over")
    } catch {
      log.error("the guardian was killed and no other could be started: \(error)")
    }
  }

  /// - Parameter launching: the job that has just been launched. What the terminal sent before reached this process alone; what it
  ///   sent at the very moment of the launch may have reached the command too, and twice is better than never.
  private func takeSignals(launching: SupervisedJob? = nil) {
    for _ in 0..<Self.turn {
      guard let received = signals?.next() else { return }
      let now = Clock.boottime()
      log.debug("received \(received.signal.name) from \(received.senderPID)")
      switch received.signal.number {
      case SIGCHLD: hasOrphans = adoptsOrphans
      case SIGTSTP: suspend(received, at: now)
      case SIGTTIN, SIGTTOU: suspend(received, at: now)
      case SIGCONT: for job in jobs.values { job.handle(.resumed, at: now) }
      default:
        // What the terminal sent has reached the command already: it is in the same process group.
        for job in jobs.values where !received.isFromTerminal || job === launching {
          job.handle(.forwarded(received.signal), at: now)
        }
      }
    }
  }

  private func reapOrphans() {
    hasOrphans = false
    let commands = Set(jobs.values.filter { $0.state.outcome == nil }.map { $0.command.pid })
    let owned = commands.union([guardian.pid])
    let ends = try? Reaper.reapOrphans(excluding: owned, atMost: Self.turn) { pid in
      for job in jobs.values { job.noteEnding(of: pid) }
    }
    guard let ends, !ends.isEmpty else { return }
    hasOrphans = ends.count == Self.turn
    for job in jobs.values {
      for end in ends { job.noteReaped(end) }
      // Where there is no group to say so, an orphan's end may have been the job's.
      if job.containment.eventDescriptor == nil { job.checkEmpty(at: Clock.boottime()) }
    }
  }

  /// The suspend key reaches the whole process group. A program that draws on the terminal puts it in order before it
  /// stops, so it gets a moment for that before the job is frozen; a signal to rmrun alone freezes at once. Where all jobs
  /// are being killed there is nothing to come back to.
  private func suspend(_ received: ReceivedSignal, at now: Instant) {
    if received.isFromTerminal { for job in jobs.values { job.awaitStop() } }
    for job in jobs.values { job.handle(.suspended, at: now) }
    guard jobs.isEmpty || jobs.values.contains(where: { $0.state.suspendedAt != nil }) else { return }
    ProcessControl.stopSelf(by: received.signal)
  }
}
