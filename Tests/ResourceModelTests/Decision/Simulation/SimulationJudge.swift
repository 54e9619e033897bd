import ResourceModel

/// What has to hold on every schedule, computed from the schedule and the simulated kernel, not from the policy's state.
struct SimulationJudge {
  private let plan: JobPlan
  private let policy: JobPolicy
  private let largest: Multiplier
  private(set) var fault: String?
  var sawCommandEnd = false
  /// Whether somebody wanted the job killed.
  var sawKillRequest = false
  /// When the CPU counter was last seen to have grown, on the job's own clock, which stands while the job can't run.
  var progressAt: Int64 = 0
  /// How often the machine was, or rmrun and the job were, suspended.
  var interruptions: Int64 = 0
  /// Readings tried.
  private(set) var looks = 0
  /// When the last one was, if nothing has been asked of the policy since.
  private var lookedAt: Int64?
  private(set) var isKilling = false

  private var budget: Limit<Credits>
  private var raises = 0
  private var warnings = 0
  private var steps = 0
  private var askedAt: Int64?
  private var suspended: Int64 = 0
  /// Time in which a dead job's memory was booked, since nobody saw that it was dead.
  private var suspendedDead: Int64 = 0
  private var charged = Credits.zero
  /// Bytes at the last sample: what is charged until the next.
  private var lastMemory: Int64 = 0
  /// Bytes at the last sample before the present wait.
  private var sampleBefore: Int64 = 0
  /// Bytes at the last sample before SIGKILL.
  private var sampleAtKill: Int64 = 0

  init(_ schedule: SimulatedSchedule) {
    plan = schedule.plan
    policy = schedule.policy
    budget = schedule.policy.budget
    largest = plan.spec.prices.largestMultiplier(priority: .normal)
  }

  private mutating func blame(_ what: String) {
    fault = fault ?? what
  }

  /// Every job ends; the loop does not spin; after a look the next one lies ahead.
  mutating func check(wake: Int64, in phase: JobState.Phase, at now: Int64) {
    steps += 1
    if let due = deadline(in: phase), wake > due {
      blame("sleeps until \(wake) ns past the deadline at \(due) ns")
    }
    if steps > 200_000 { blame("the job does not end") }
    if looks > now / 1_000_000 + 20 { blame("looked at \(looks) times in \(now) ns") }
    if let lookedAt, wake <= lookedAt {
      blame("after a look at \(lookedAt) ns the next was due at \(wake) ns")
    }
    lookedAt = nil
  }

  /// When the phase has to end at the latest.
  private func deadline(in phase: JobState.Phase) -> Int64? {
    switch phase {
    case .running, .frozen: policy.timeout.bound?.nanoseconds
    case .asked: askedAt.map { $0 + policy.grace.nanoseconds + suspended }
    case .killed, .ended: nil
    }
  }

  /// What has been reached at a look is acted on.
  mutating func checkDecision(_ state: JobState) {
    guard let now = lookedAt else { return }
    switch state.phase {
    case .killed, .ended: return
    case .asked: break
    case .frozen:
      if let limit = policy.timeout.bound, now >= limit.nanoseconds { blame("frozen past its timeout") }
    case .running:
      if let limit = policy.timeout.bound, now >= limit.nanoseconds { blame("runs past its timeout") }
      if let limit = policy.cpuTime.bound, let used = state.reading.cpuTime, used >= limit {
        blame("runs past its CPU time")
      }
      if isCrossed(.emergency, state, at: now) { blame("runs past the emergency threshold") }
    }
    if isCrossed(.hard, state, at: now) { blame("lives past the hard threshold") }
    if passesPolledLimit(state) { blame("lives past a polled limit") }
    if case .asked = state.phase, let due = deadline(in: state.phase), now >= due {
      blame("lives past its grace")
    }
  }

  /// A new wait begins.
  mutating func noteWait() { sampleBefore = lastMemory }

  mutating func noteLook(at now: Int64) {
    looks += 1
    lookedAt = now
  }

  mutating func noteRaise(to budget: Credits) {
    self.budget = .atMost(budget)
    raises += 1
  }

  mutating func noteSuspension(_ duration: Int64, of job: SimulatedJob) {
    interruptions += 1
    if askedAt != nil { suspended += duration }
    if job.death != nil { suspendedDead += duration }
  }

  /// Charges are never negative and never taken back.
  mutating func noteCharge(_ total: Credits, memory: UInt64) {
    lastMemory = Int64(memory)
    if total < charged { blame("the charge fell from \(charged) to \(total)") }
    charged = total
  }

  /// The bill is the sum of its meters' charges, and where prices never changed it is what the last counters alone cost.
  mutating func checkSum(_ total: Credits, of rater: Rater, cpuTime: UInt128, memoryTime: UInt128) {
    let sum = rater.charges.reduce(Credits.zero) { $0 + $1.charge }
    if total != sum { blame("charged \(total), the meters \(sum)") }
    guard plan.spec.prices.periods.isEmpty else { return }
    let direct = plan.spec.prices.rates.reduce(Credits.zero) {
      $0 + $1.value.charge(for: $1.key == .cpu ? cpuTime : memoryTime, multiplier: .one)
    }
    if total != direct { blame("charged \(total), the last counters cost \(direct)") }
  }

  /// Judges an action before it is taken.
  mutating func check(_ action: JobAction, after: JobState, at now: Int64, job: SimulatedJob) {
    switch action {
    case .notify(.warning):
      warnings += 1
      if warnings > 1 + raises { blame("warned \(warnings) times") }
    case .signalAll(policy.stopSignal):
      if askedAt != nil { blame("asked to stop twice") }
      // Where the same event lets the job be killed as well, that is judged.
      if case .asked = after.phase, !hasCause(after, job, at: now) {
        blame("asked to stop by \(after.phase) without cause")
      }
      if cause(of: after) == .budget { checkEmergency(after, job) }
      askedAt = now
    case .kill:
      if !isKilling, !mayKill(after, job, at: now) {
        blame("killed by \(after.phase) without cause, or within its grace")
      }
      if !isKilling { sampleAtKill = lastMemory }
      isKilling = true
    case .freeze:
      guard after.suspendedAt == nil, after.heldSince == nil else { return }
      if !isCrossed(.emergency, after, at: now) { blame("frozen without cause") }
      checkEmergency(after, job)
    default: break
    }
  }

  /// SIGTERM and the whole grace come before SIGKILL, but for the hard threshold and the limits that the kernel
  /// would have held at once.
  private func mayKill(_ state: JobState, _ job: SimulatedJob, at now: Int64) -> Bool {
    if isCrossed(.hard, state, at: now) || passesPolledLimit(state) { return true }
    if case .killed(.request, _) = state.phase, sawKillRequest { return true }
    if policy.grace == .zero { return hasCause(state, job, at: now) }
    guard let askedAt else { return false }
    return now >= askedAt + policy.grace.nanoseconds + suspended
  }

  private func passesPolledLimit(_ state: JobState) -> Bool {
    if let limit = policy.polledMemoryMax, let memory = state.reading.memory, memory > limit { return true }
    if let limit = policy.polledPidsMax, let processes = state.reading.processes, processes > limit {
      return true
    }
    if let limit = policy.polledWorkSize, let held = state.reading.workSpace, !held.fits(in: limit) {
      return true
    }
    return false
  }

  /// A job is asked to stop only for what has really been reached, as far as anybody could see.
  private func hasCause(_ state: JobState, _ job: SimulatedJob, at now: Int64) -> Bool {
    guard let cause = cause(of: state) else { return false }
    switch cause {
    case .budget: return isCrossed(.emergency, state, at: now)
    case .timeout: return policy.timeout.bound.map { now >= $0.nanoseconds } ?? false
    case .cpuTime: return policy.cpuTime.bound.map { (state.reading.cpuTime ?? .zero) >= $0 } ?? false
    case .idle: return policy.idleTimeout.bound.map { isIdle(job, for: $0.nanoseconds) } ?? false
    case .leftover: return sawCommandEnd
    case .request: return true
    case .memory, .processes, .workSize: return passesPolledLimit(state)
    // No simulated job has a network.
    case .network: return false
    }
  }

  /// Whether no CPU progress was seen for so long while the job could have made some. What a task did since its last tick can't
  /// be seen, and an interruption may be counted as an eighth of the limit, not more.
  private func isIdle(_ job: SimulatedJob, for limit: Int64) -> Bool {
    let allowance = interruptions * max(10_000_000, limit / 8)
    return job.clock - progressAt >= max(limit, 2 * SimulatedSchedule.tick) - allowance
  }

  /// The emergency threshold may be noticed late by a quarter of the way to the hard one, and by the latency of any wake-up.
  private mutating func checkEmergency(_ state: JobState, _ job: SimulatedJob) {
    // What the kernel still charges to a dead job can't be stopped.
    guard let budget = budget.bound, state.failedReadings == 0, job.death == nil else { return }
    let emergency = budget.portion(policy.thresholds.emergency)
    let quarter = (budget.portion(policy.thresholds.hard) - emergency).microcredits / 4
    let slack = Credits(microcredits: quarter) + plan.overshoot.accounting + plan.overshoot.latency
    if charged > emergency + slack + lateBurn(of: job) {
      blame("stopped at \(charged), late by more than \(slack) for \(emergency)")
    }
  }

  private func cause(of state: JobState) -> StopCause? {
    switch state.phase {
    case .asked(let cause, _), .killed(let cause, _): cause
    case .running, .frozen, .ended: nil
    }
  }

  /// Whether a threshold was reached by what was read, or may have been while nothing could be read.
  private func isCrossed(_ threshold: Threshold, _ state: JobState, at now: Int64) -> Bool {
    guard let budget = budget.bound else { return false }
    let uncounted = BurnBound(cpuPerSecond: plan.burn.cpuPeakPerSecond).most(in: policy.tick)
    let margin = threshold == .hard ? min(uncounted, budget.portion(.percent(5))) : .zero
    var used = charged + margin
    if state.failedReadings > 0 {
      let sight = Instant.launch.advanced(by: .nanoseconds(now)).since(state.readAt)
      used = used + plan.burn.most(in: sight)
    }
    return used >= budget.portion(policy.thresholds.share(of: threshold))
  }

  /// The bill at the end: past the hard threshold by no more than the stated bound, and what was burned while timers were
  /// later than the bound allows for.
  mutating func settle(_ total: Credits, job: SimulatedJob) {
    if job.gone.map({ $0 > job.now }) ?? true { blame("settled before the last process was gone") }
    guard let hard = budget.bound?.portion(policy.thresholds.hard) else { return }
    // What memory was let go in the last moment is charged by half until the next sample.
    let resident = max(job.resident, lastMemory, sampleBefore, sampleAtKill)
    let bound = plan.overshoot.total(resident: ByteCount(bytes: UInt64(resident)))
    let late = lateBurn(of: job)
    if total > hard + bound + late {
      blame("charged \(total), \(total - hard) past \(hard); the bound is \(bound), late burn was \(late)")
    }
  }

  /// The price of what was burned since a look was overdue by more than the stated latency.
  private func lateBurn(of job: SimulatedJob) -> Credits {
    let held = UInt64(max(job.highest, lastMemory, sampleBefore))
    return BurnBound(cpuPerSecond: corePrice).most(in: .nanoseconds(job.cpuSinceLimit))
      + plan.burn.frozen(holding: ByteCount(bytes: held))
      .most(in: .nanoseconds(job.lifeSinceLimit + suspendedDead))
  }

  private var corePrice: Credits {
    plan.spec.prices.rates[.cpu]?.burn(perSecond: 1_000_000, multiplier: largest) ?? .zero
  }
}
