import Confinement
import CreditLedger
import LinuxSystem
import Logging
import ResourceModel

/// One job between launch and settlement: it owns the job's process and group, feeds the decision with what happens, and carries
/// out what is decided. It decides nothing itself.
final class SupervisedJob {
  let id: String
  let number: UInt64
  private(set) var plan: JobPlan
  let containment: any Containment
  /// Who measures each meter.
  let metering: [Feature: Mechanism]
  /// What the job is confined by.
  let confinement: [Feature: Mechanism]
  /// Who is told of what its filter refuses; nil: nobody.
  var refusals: RefusalWatch?
  /// Who finds out what its filter killed for; nil: nobody.
  let kills: KillWatch?
  /// Where it works, if that is bounded.
  let work: WorkDirectory?
  let command: ChildProcess
  private(set) var policy: JobPolicy
  private(set) var state: JobState
  private(set) var meter: UsageMeter
  let launch: LaunchTimes
  /// The scheduled wake before the last event, to tell how late a reading came.
  private var dueAt: Instant?
  /// The longest that a due reading came late.
  private(set) var worstLateness: Duration = .zero
  /// What was done to end the job, and when.
  private(set) var stopping = JobReport.Stopping()
  private(set) var warnings: [String]
  /// The keys of grants that were made without an account.
  var grantKeys: Set<String> = []
  /// Events that wait for their turn; the first is being handled.
  private var pending: [JobEvent] = []
  /// Whether the kernel holds what it moves: from the launch on, whatever becomes of its limits.
  private let holdsTraffic: Bool
  private let accounts: JobAccounts?
  private weak var observer: (any JobObserver)?
  private let log: Logger

  init(
    _ launched: consuming LaunchedJob, number: UInt64, accounts: JobAccounts?,
    observer: (any JobObserver)?, log: Logger
  ) {
    id = launched.id
    self.number = number
    plan = launched.plan
    holdsTraffic = launched.plan.spec.holdsNetwork
    containment = launched.containment
    metering = launched.metering
    confinement = launched.confinement
    refusals = launched.refusals
    kills = launched.kills
    work = launched.work
    policy = launched.policy
    launch = launched.times
    state = JobState(launched: launched.times.launched)
    meter = UsageMeter(
      launched.containment, plan: launched.plan, metering: launched.metering,
      launched: launched.times.launched, interfaces: launched.interfaces,
      workSpace: launched.work?.polledSpace())
    warnings = launched.warnings
    command = launched.command
    self.accounts = accounts
    self.observer = observer
    self.log = log
    if let account = accounts?.account(of: number) { follow(account) }
    allowTraffic()
  }

  var hasEnded: Bool { state.phase == .ended }

  /// When the job has to be looked at again.
  var nextWake: Instant? {
    guard let decided = policy.nextWake(state) else { return nil }
    return min(decided, meter.priceChange ?? decided)
  }

  /// A time at which the job had to be looked at has come.
  func wake(at now: Instant) {
    if let dueAt { worstLateness = max(worstLateness, now.since(dueAt)) }
    takeReading(at: now)
  }

  /// Takes a reading and decides. Where the containment can't say so itself, this also finds out that the job is empty.
  func takeReading(at now: Instant) {
    do {
      let reading = try meter.read(at: now)
      handle(.reading(reading), at: now)
      allowTraffic()
      book(at: now)
      dueAt = nextWake
      observer?.read(progress(at: now), of: id)
      if containment.eventDescriptor == nil { checkEmpty(at: now) }
    } catch {
      log.debug("reading of \(id) failed: \(error)")
      handle(.readingFailed, at: now)
      checkEmpty(at: now)
    }
  }

  /// The command's process ended: reaps it. If it was the last, the job ends with it.
  func commandReady(at now: Instant) {
    guard state.outcome == nil else { return }
    meter.noteEnding(of: command.pid)
    guard let end = (try? command.wait(hangs: false)) ?? nil else { return }
    containment.noteReaped(end)
    let outcome = end.outcome
    if confinement[.pidNamespace] != nil { awaitFirstProcess() }
    if isEmpty {
      state.outcome = outcome
      handle(.emptied, at: now)
    } else {
      handle(.commandEnded(outcome), at: now)
    }
  }

  /// Ends the job if no process is left. The command's own end comes first: an unreaped zombie is no process of a group.
  func checkEmpty(at now: Instant) {
    guard !hasEnded, isEmpty else { return }
    if state.outcome == nil {
      commandReady(at: now)
    } else {
      handle(.emptied, at: now)
    }
  }

  /// An orphan of some job is about to be reaped: its counters are readable for the last time.
  func noteEnding(of pid: Int32) { meter.noteEnding(of: pid) }

  /// An orphan of some job was reaped.
  func noteReaped(_ end: ChildEnd) { containment.noteReaped(end) }

  /// A group that has vanished (somebody else removed it) has no process.
  private var isEmpty: Bool { (try? containment.isPopulated()) != true }

  /// Lets the decision know of an event, and does what it says.
  ///
  /// An observer that is told of an action may cause another event (a budget that is raised at a threshold): it waits until
  /// all actions of this one are done, else the job could be thawed before it was frozen.
  func handle(_ event: JobEvent, at now: Instant) {
    pending.append(event)
    guard pending.count == 1 else { return }
    while let event = pending.first {
      let (next, actions) = policy.transition(state, on: event, at: now)
      let before = state.phase
      noteStopping(from: before, to: next, at: now)
      state = next
      // Before it hears of it: what is left is for its end.
      if next.phase != before { allowTraffic() }
      for action in actions { perform(action, at: now) }
      pending.removeFirst()
    }
    dueAt = nextWake
  }

  private func noteStopping(from before: JobState.Phase, to next: JobState, at now: Instant) {
    guard before != next.phase else { return }
    // What a running job is stopped for says whose budget it was; one that goes on is stopped for something else, if ever.
    if before == .running || next.phase == .running { stopping.account = next.stoppingAccount }
    let elapsed = now.since(state.launched)
    switch next.phase {
    case .asked: stopping.asked = elapsed
    case .frozen: stopping.frozen = elapsed
    case .killed: stopping.killed = stopping.killed ?? elapsed
    case .running, .ended: break
    }
  }

  /// Tells the account what was used, where that is due.
  private func book(at now: Instant) {
    accounts?.book(
      number, used: state.reading.credits, rate: state.history.rate ?? .zero, use: use,
      isCrossing: state.crossed.values.contains(now), at: now)
    if let account = accounts?.account(of: number) { follow(account) }
  }

  /// What the last reading said, for the account.
  private func use(withReading: Bool) -> JobUse {
    let used = state.reading.credits
    let reading = withReading ? UsageReading(time: Clock.wall(), used: used, usage: meter.usage) : nil
    return JobUse(job: id, used: used, rating: meter.rating, reading: reading)
  }

  /// The account has changed what the job may do.
  func take(_ change: JobAccounts.Change, at now: Instant) {
    switch change {
    case .backing(let account):
      follow(account)
      allowTraffic()
      takeReading(at: now)
    case .standing(let standing, let account):
      follow(account)
      dueAt = nextWake
      guard standing != state.account else { return }
      if let standing { observer?.reached(standing, by: id) }
      handle(.account(standing), at: now)
    case .failed(let warning): warnings.append(warning)
    }
  }

  func follow(_ account: JobAccount) {
    policy.backing = account.backing
    policy.isBackingFinal = account.isLastLease
    policy.charge = account.nextCharge
  }

  /// Changes the budget of the running job; the thresholds move with it.
  func setBudget(_ budget: Limit<Credits>, at now: Instant) {
    policy.budget = budget
    allowTraffic()
    takeReading(at: now)
  }

  /// Changes the limits, and with them the bound on what the job can burn. What the host can't hold is refused before anything is changed.
  /// - Throws: `PlanError` or `SupervisionError`.
  func resize(_ limits: JobLimits, on facts: HostFacts) throws {
    var spec = plan.spec
    spec.limits = limits
    let planned = try JobPlan(spec, on: facts)
    try checkMemory(planned.spec.limits)
    try resizeWork(to: planned.spec.limits.workSize)
    do {
      try containment.resize(from: plan.spec.limits, to: planned.spec.limits)
    } catch {
      try? resizeWork(to: plan.spec.limits.workSize)
      throw error
    }
    let unheld = containment.enforcement.filter { $0.value != .kernel }.keys
    plan = planned.bounded(without: Set(unheld), delay: containment.delay, on: facts)
    policy.follow(plan, polled: containment.polled(with: work))
    allowTraffic()
    takeReading(at: Clock.boottime())
  }

  /// What is held while the job runs was begun before it started, and is not given up before it ends.
  private func resizeWork(to limit: Limit<ByteCount>) throws(SupervisionError) {
    guard limit.bound != work?.size else { return }
    guard let work, let size = limit.bound else {
      throw SupervisionError(
        .refused,
        "work-size: one that a job was started with can be changed; it can't be taken away, nor set later")
    }
    try work.resize(to: size, counted: state.reading.workSpace)
    meter.setWorkSize(size)
  }

  /// Has the kernel refuse what the credits that are left, as of the last reading, do not pay for.
  private func allowTraffic() {
    guard holdsTraffic else { return }
    let limits = plan.spec.limits
    let left = policy.trafficLimit(state).map { $0 - state.reading.credits }
    let allowance = NetworkAllowance(
      bytes: limits.networkBytes, rate: limits.networkRate, credits: left.map { .atMost($0) } ?? .unlimited,
      rates: plan.spec.prices.rates, multiplier: meter.multiplier)
    do {
      try containment.allow(allowance)
    } catch {
      // What held before holds on; the next reading tries again.
      log.debug("\(id): what it may move was not changed: \(error)")
    }
  }

  /// A job that can't get below a new `memory.max` would be killed by it: what is in use without swap can't be written anywhere.
  private func checkMemory(_ limits: JobLimits) throws {
    guard limits.memoryMax != plan.spec.limits.memoryMax, let bound = limits.memoryMax.bound,
      limits.memorySwapMax.bound?.bytes == 0, let usage = try? containment.counters(final: false),
      let held = usage.memoryAnonPeak ?? usage.memoryCurrent, held > bound.bytes
    else { return }
    throw SupervisionError(
      .refused,
      "memory.max: the job holds \(ByteCount(bytes: held)) that can't be written back, so that it would be killed; `rmrun kill` does that"
    )
  }

  private func perform(_ action: JobAction, at now: Instant) {
    log.debug("\(id): \(action)")
    do {
      switch action {
      case .notify(let threshold): observer?.crossed(threshold, by: progress(at: now), of: id)
      case .signalAll(let signal):
        try containment.signalAll(signal)
        observer?.did("\(signal.name) to every process", to: id)
      case .signalCommand(let signal):
        try command.send(signal)
        observer?.did("\(signal.name) passed on to the command", to: id)
      case .freeze:
        try containment.freeze()
        observer?.did("frozen", to: id)
      case .thaw:
        try containment.thaw()
        observer?.did("thawed", to: id)
      case .kill:
        try containment.kill()
        observer?.did("SIGKILL to every process", to: id)
      case .suspendSelf: break  // The loop's business: it stops itself once all jobs are frozen.
      case .settle: observer?.did("no process is left", to: id)
      }
    } catch {
      // A process or group that is gone needs nothing done to it; everything else is tried again at the next wake.
      log.debug("\(id): \(action) failed: \(error)")
      // Where its processes can't be looked for, its command's own is known.
      if action == .kill, state.outcome == nil { try? command.send(.kill) }
      guard (try? containment.isPopulated()) != false else { return }
      warnings.append("could not \(action.words): \(error)")
    }
  }

  /// The job as it stands, for a live line.
  func progress(at now: Instant) -> JobProgress {
    let elapsed = now.since(state.launched)
    let used = policy.usedCredits(state, at: now)
    let hard = policy.credits(at: .hard)
    return JobProgress(
      name: plan.name, elapsed: elapsed, used: used, budget: policy.budget, rate: state.history.rate,
      forecast: hard.flatMap { state.history.forecast(from: used, to: $0) },
      cpuTime: state.reading.cpuTime, cpusBusy: meter.cpusBusy, memory: state.reading.memory)
  }

  /// Reads the final counters, between the last process's end and the group's removal.
  func settle(at now: Instant) -> JobReport {
    let monotonic = Clock.monotonic()
    meter.finish(at: now)
    let reason = state.terminationReason(memory: containment.memoryVerdict())
    return JobReport(self, reason: reason, at: now, monotonicEnd: monotonic)
  }
}

extension JobAction {
  /// What is to be done, in words: `could not …`.
  fileprivate var words: String {
    switch self {
    case .notify(let threshold): "tell of the \(threshold.rawValue) threshold"
    case .signalAll(let signal): "send \(signal.name) to every process"
    case .signalCommand(let signal): "pass \(signal.name) on to the command"
    case .freeze: "freeze the job"
    case .thaw: "thaw the job"
    case .kill: "kill the job"
    case .suspendSelf: "suspend rmrun"
    case .settle: "settle the job"
    }
  }
}
