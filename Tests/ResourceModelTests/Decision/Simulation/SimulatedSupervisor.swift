import ResourceModel

/// The production loop over a simulated kernel and clock: sleep until the policy wants a look, read, decide, act.
///
/// It judges the policy as it goes: see `SimulationJudge`.
struct SimulatedSupervisor {
  var schedule: SimulatedSchedule
  /// What decides; the schedule's own policy unless a test breaks it.
  var policy: JobPolicy
  var state = JobState(launched: .launch)
  var judge: SimulationJudge
  var rater: Rater
  var integrator = MemoryIntegrator()
  /// The factor in force since the last reading.
  var multiplier: Multiplier
  var lastCPU: Int64 = 0
  var lastMemory: UInt64 = 0
  /// Steps of the calendar's clock so far, in seconds.
  var wallStep: Int64 = 0
  var timer: (wake: Int64, rings: Int64) = (-1, 0)
  var hasLooked = true
  /// How long the next suspension lasts.
  var suspension: Int64 = 0
  var incident = 0

  /// Lives through a schedule; `broken` changes what the policy knows, but not what is expected of it.
  init(_ schedule: SimulatedSchedule, broken: (inout JobPolicy) -> Void = { _ in }) {
    self.schedule = schedule
    policy = schedule.policy
    broken(&policy)
    judge = SimulationJudge(schedule)
    rater = Rater(rates: schedule.plan.spec.prices.rates)
    multiplier = .one
    multiplier = factorNow
    integrator.add(0, at: .launch)
  }

  /// Runs the job to its end and returns what was wrong, the first thing only.
  mutating func run() -> String? {
    while state.phase != .ended, judge.fault == nil {
      guard let wake = policy.nextWake(state)?.since(.launch).nanoseconds else { break }
      judge.check(wake: wake, in: state.phase, at: schedule.job.now)
      setTimer(to: min(wake, nextPriceChange))
      let end = schedule.job.nextEnd
      let next = incident < schedule.incidents.count ? schedule.incidents[incident].at : SimulatedJob.never
      if end <= min(timer.rings, max(next, schedule.job.now)) {
        handleEnd(at: end)
      } else if next <= timer.rings {
        schedule.job.advance(to: next)
        handleIncident()
      } else {
        schedule.job.advance(to: timer.rings)
        look()
      }
    }
    return judge.fault
  }

  /// A timer rings a little late, mostly; far too late after the machine or rmrun was suspended.
  private mutating func setTimer(to wake: Int64) {
    let hasLooked = self.hasLooked
    self.hasLooked = false
    guard wake != timer.wake else { return }
    // Without a look in between, what is burned late is counted from the first time that was missed.
    if !judge.isKilling, hasLooked || !schedule.job.isPastLimit {
      schedule.job.count(from: wake + SimulatedSchedule.wakeLatency)
      judge.noteWait()
    }
    let due = max(wake, schedule.job.now)
    guard schedule.random.chance(schedule.lateTimers) else {
      timer = (wake, due + schedule.random.below(4_000_001))
      return
    }
    switch schedule.random.below(10) {
    case 0: timer = (wake, due + schedule.random.magnitude(1_000_000...20_000_000_000_000))
    case 1 where !schedule.job.isFrozen && schedule.job.death == nil && schedule.job.nextEnd > due:
      // The whole machine sleeps: no task runs, and nobody reads.
      schedule.job.advance(to: due)
      schedule.job.freeze()
      schedule.job.advance(to: due + schedule.random.magnitude(1_000_000_000...20_000_000_000_000))
      schedule.job.thaw()
      judge.interruptions += 1
      timer = (wake, schedule.job.now)
    default: timer = (wake, due + schedule.random.below(100_000_001))
    }
  }

  private mutating func handleEnd(at time: Int64) {
    // A dead process is noticed through its pidfd, an empty group through `cgroup.events`: both a little late.
    schedule.job.advance(to: time + schedule.random.below(400_001))
    if schedule.job.commandIsGone, !judge.sawCommandEnd {
      schedule.job.noteCommandEnd()
      judge.sawCommandEnd = true
      apply(.commandEnded(judge.isKilling ? .signaled(.kill) : .exited(0)))
    } else if let gone = schedule.job.gone, gone <= schedule.job.now {
      apply(.emptied)
    }
  }

  private mutating func handleIncident() {
    let what = schedule.incidents[incident].what
    incident += 1
    switch what {
    case .stopRequested: apply(.stopRequested)
    case .killRequested:
      judge.sawKillRequest = true
      apply(.killRequested)
    case .held(let duration):
      schedule.incidents.append((schedule.job.now + duration, .released))
      schedule.incidents[incident...].sort { $0.at < $1.at }
      apply(.freezeRequested)
    case .released: apply(.thawRequested)
    case .forwarded(let signal, let delay):
      apply(.forwarded(signal))
      if let delay { schedule.job.endCommand(after: delay) }
    case .raised(let budget):
      guard let old = policy.budget.bound, budget > old else { return }
      policy.budget = .atMost(budget)
      judge.noteRaise(to: budget)
      look()
    case .clockStepped(let seconds):
      wallStep += seconds
      look()
    case .suspended(let duration):
      let began = schedule.job.now
      suspension = duration
      apply(.suspended)
      guard state.suspendedAt != nil else { return }
      judge.noteSuspension(schedule.job.now - began, of: schedule.job)
      apply(.resumed)
    }
  }

  /// Reads, and decides on what was read.
  private mutating func look() {
    judge.noteLook(at: schedule.job.now)
    hasLooked = true
    if schedule.failing.contains(schedule.job.now) || schedule.random.chance(schedule.flakiness) {
      apply(.readingFailed)
    } else {
      apply(.reading(reading()))
    }
    judge.checkDecision(state)
  }

  /// What the counters say: each busy CPU's last tick may not be counted yet.
  private mutating func reading() -> JobReading {
    let busy = schedule.job.busy
    let uncounted = busy > 0 ? schedule.random.below(SimulatedSchedule.tick) * busy : 0
    let counted = max(lastCPU, schedule.job.accounted - uncounted)
    if counted / 1000 > lastCPU / 1000 { judge.progressAt = schedule.job.clock }
    lastCPU = counted
    lastMemory = UInt64(schedule.job.memory)
    integrator.add(lastMemory, at: now)
    return JobReading(
      credits: rate(), cpuTime: .nanoseconds(lastCPU / 1000 * 1000), memory: ByteCount(bytes: lastMemory),
      processes: schedule.job.phaseThreads + 1)
  }

  /// Books what was used since the last reading, at the factor that was in force then.
  private mutating func rate() -> Credits {
    var usage = Usage()
    usage.cpuTime = UInt64(lastCPU / 1000)
    usage.memoryTime = integrator.total
    rater.add(usage, multiplier: multiplier)
    multiplier = factorNow
    let total = rater.total
    judge.noteCharge(total, memory: lastMemory)
    return total
  }

  /// The last counters, read when no process is left.
  private mutating func settle() {
    lastCPU = schedule.job.accounted
    integrator.finish(at: now, peak: nil)
    judge.checkSum(rate(), of: rater, cpuTime: UInt128(lastCPU / 1000), memoryTime: integrator.total)
    judge.settle(rater.total, job: schedule.job)
  }

  private mutating func apply(_ event: JobEvent) {
    let actions: [JobAction]
    (state, actions) = policy.transition(state, on: event, at: now)
    let decided = schedule.job.now
    for action in actions {
      judge.check(action, after: state, at: decided, job: schedule.job)
      perform(action)
    }
  }

  private mutating func perform(_ action: JobAction) {
    let soon = schedule.job.now + schedule.random.below(200_001)
    switch action {
    case .notify, .signalCommand: break
    // rmrun itself is stopped: what it still has to do it does when it is continued.
    case .suspendSelf: schedule.job.advance(to: soon + suspension)
    case .signalAll(let signal):
      schedule.job.advance(to: soon)
      if signal == policy.stopSignal { schedule.job.ask() }
      schedule.job.thaw()
    case .freeze:
      schedule.job.advance(to: soon)
      schedule.job.freeze()
    case .thaw: schedule.job.thaw()
    case .kill:
      schedule.job.advance(to: soon)
      schedule.job.die()
    case .settle: settle()
    }
  }

  private var now: Instant { Instant.launch.advanced(by: .nanoseconds(schedule.job.now)) }

  private var wall: WallTime {
    let (seconds, rest) = schedule.job.now.quotientAndRemainder(dividingBy: 1_000_000_000)
    return WallTime(seconds: schedule.wallAtLaunch + wallStep + seconds, nanoseconds: rest)
  }

  private var factorNow: Multiplier {
    schedule.plan.spec.prices.periods.isEmpty
      ? .one : schedule.plan.spec.prices.multiplier(at: wall, priority: .normal)
  }

  private var nextPriceChange: Int64 {
    guard !schedule.plan.spec.prices.periods.isEmpty, !judge.isKilling,
      let wait = schedule.plan.spec.prices.timeToChange(from: wall)
    else { return SimulatedJob.never }
    return schedule.job.now + wait.nanoseconds
  }
}
