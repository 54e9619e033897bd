// The decision about one job: (state, event) → (state, [action]).
//
// Every event is first taken down (what was read, who ended), then the same checks run, whatever the event was; so a
// late timer, a signal or a grown budget can't slip past a limit. The checks go from the hardest to the mildest:
//
//   running ──emergency, a time limit──▶ asked ──hard, grace over──▶ killed ──▶ ended
//      │  ▲                                ▲                           ▲
//      ▼  │ budget raised                  │ a time limit              │
//    frozen ───────────────────────────────┴────────hard───────────────┘
//
// A job whose command has ended goes the same way with what it left running; then no cause is noted, since the
// command's own end came first.

extension JobPolicy {
  /// Decides what to do after an event at `now`.
  /// - Returns: the next state, and what to do, in order.
  public func transition(
    _ state: JobState, on event: JobEvent, at now: Instant
  ) -> (state: JobState, actions: [JobAction]) {
    guard state.phase != .ended else { return (state, []) }
    var state = state
    var actions: [JobAction] = []
    switch event {
    case .reading(let reading): note(reading, at: now, in: &state)
    case .readingFailed:
      noteUnwatched(until: now, in: &state)
      state.failedReadings += 1
      state.lookedAt = now
    case .commandEnded(let outcome): state.outcome = outcome
    case .forwarded(let signal):
      state.forwarded = signal
      if state.outcome == nil { actions.append(.signalCommand(signal)) }
    case .suspended:
      guard isKilled(state) else { return suspend(state, at: now) }
    case .resumed:
      resume(at: now, in: &state)
      if !state.isFrozen { actions.append(.thaw) }
    case .account(let standing): state.account = standing
    case .stopRequested: ask(.request, at: now, in: &state, &actions)
    case .killRequested: kill(.request, at: now, in: &state, &actions)
    case .freezeRequested:
      // What is due at this very moment comes first: a request to stop thaws.
      enforce(at: now, in: &state, &actions)
      hold(at: now, in: &state, &actions)
      return (state, actions)
    case .thawRequested: release(at: now, in: &state, &actions)
    case .emptied:
      state.phase = .ended
      return (state, [.settle])
    }
    enforce(at: now, in: &state, &actions)
    return (state, actions)
  }

  /// What the job is taken to have used by `now`. While readings fail it is taken to burn at its bound, so that a
  /// job whose counters can't be read is stopped in time all the same.
  public func usedCredits(_ state: JobState, at now: Instant) -> Credits {
    guard state.failedReadings > 0 else { return state.reading.credits }
    return state.reading.credits + burn.most(in: now.since(state.readAt))
  }

  /// A job that is being killed is not left half dead, and its memory paid for, until somebody comes back to it.
  private func isKilled(_ state: JobState) -> Bool {
    if case .killed = state.phase { true } else { false }
  }

  /// What is due at this very moment waits for the resumption: a request to stop would thaw the job that nobody watches.
  private func suspend(_ state: JobState, at now: Instant) -> (state: JobState, actions: [JobAction]) {
    var state = state
    state.suspendedAt = state.suspendedAt ?? now
    return (state, [.freeze, .suspendSelf])
  }

  /// A job that has been asked to stop goes on stopping: frozen it could only be killed.
  private func hold(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    guard state.phase == .running || state.phase == .frozen, state.heldSince == nil else { return }
    state.heldSince = now
    // From here on the memory that it holds is all that it burns: look soon at how much that has become.
    state.memoryInterval = Self.shortestMemoryInterval
    actions.append(.freeze)
  }

  /// What its budget holds stays frozen.
  private func release(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    guard state.heldSince != nil else { return }
    state.heldSince = nil
    state.progressAt = now
    if !state.isFrozen { actions.append(.thaw) }
  }

  /// Time in suspension is not taken off the grace: a frozen process can't answer the request to stop.
  private func resume(at now: Instant, in state: inout JobState) {
    guard let since = state.suspendedAt else { return }
    state.suspendedAt = nil
    state.stallWatch = StallWatch()
    guard case .asked(let cause, let deadline) = state.phase else { return }
    state.phase = .asked(cause, deadline: deadline.advanced(by: now.since(since)))
  }

  private func note(_ reading: JobReading, at now: Instant, in state: inout JobState) {
    noteProgress(reading.cpuTime, at: now, in: &state)
    noteMemory(reading.memory, at: now, in: &state)
    noteWorkSpace(reading.workSpace, at: now, in: &state)
    state.reading = reading
    state.readAt = now
    state.lookedAt = now
    state.failedReadings = 0
    state.history.add(reading.credits, at: now)
  }

  /// A job is called idle only for what was seen: not where its CPU time is unmeasured, nor while it is frozen by our
  /// own doing.
  private func noteProgress(_ cpuTime: Duration?, at now: Instant, in state: inout JobState) {
    noteUnwatched(until: now, in: &state)
    guard let cpuTime, !state.isFrozen else { return state.progressAt = now }
    if cpuTime > state.reading.cpuTime ?? .zero { state.progressAt = now }
  }

  /// A look that comes much later than it was due (the machine was suspended, or rmrun was stopped) says nothing about
  /// the time between: only one interval of it counts as watched.
  private func noteUnwatched(until now: Instant, in state: inout JobState) {
    guard let interval = idleInterval(state) else { return }
    let unwatched = now.since(state.lookedAt) - interval
    if unwatched > .zero { state.progressAt = state.progressAt.advanced(by: unwatched) }
  }

  /// Halves the sampling interval while memory moves by more than an eighth between two samples, doubles it else.
  private func noteMemory(_ memory: ByteCount?, at now: Instant, in state: inout JobState) {
    guard let memory, now > state.readAt else { return }
    let before = state.reading.memory?.bytes ?? 0
    let (high, low) = (max(before, memory.bytes), min(before, memory.bytes))
    let moves = high - low > high / 8 + (1 << 20)
    let interval = moves ? state.memoryInterval / 2 : state.memoryInterval * 2
    state.memoryInterval = max(Self.shortestMemoryInterval, min(interval, memorySampling ?? .seconds(1)))
    let grown = memory.bytes > before ? memory.bytes - before : 0
    let elapsed = UInt128(max(1, now.since(state.readAt).microseconds))
    state.memoryGrowth = UInt64(clamping: UInt128(grown) * 1_000_000 / elapsed)
  }

  /// A count is seen once it is another one; until then nothing is known of how it moves.
  private func noteWorkSpace(_ counted: WorkSpace?, at now: Instant, in state: inout JobState) {
    guard let counted, counted != state.reading.workSpace, now > state.workCountedAt else { return }
    let held = counted.space.bytes
    let before = state.reading.workSpace?.space.bytes ?? held
    let grown = held > before ? held - before : 0
    let elapsed = UInt128(max(1, now.since(state.workCountedAt).microseconds))
    state.workGrowth = UInt64(clamping: UInt128(grown) * 1_000_000 / elapsed)
    state.workCountedAt = now
  }

  private func enforce(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    noteThresholds(at: now, in: &state, &actions)
    switch state.phase {
    case .ended: break
    case .killed: if actions.last != .kill { actions.append(.kill) }
    case .asked(let cause, let deadline):
      if hasReached(.hard, state) {
        kill(.budget, at: now, in: &state, &actions)
      } else if now >= deadline {
        kill(cause, at: now, in: &state, &actions)
      } else {
        enforcePolledLimits(at: now, in: &state, &actions)
      }
    case .running, .frozen:
      enforceBudget(at: now, in: &state, &actions)
      enforceNetwork(at: now, in: &state, &actions)
      enforceTime(at: now, in: &state, &actions)
      enforceProgress(at: now, in: &state, &actions)
      enforcePolledLimits(at: now, in: &state, &actions)
      if state.outcome != nil, waitPolicy == .command { ask(.leftover, at: now, in: &state, &actions) }
    }
  }

  /// Notes the thresholds that have been reached, and forgets those that a raised budget has moved away. Of several that one
  /// reading crosses only the hardest is told: nobody is asked to stop who is being killed.
  private func noteThresholds(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    let assumed = usedCredits(state, at: now)
    var hardest: Threshold?
    for threshold in Threshold.allCases {
      guard let limit = credits(at: threshold) else { continue }
      // Nobody is warned of what is only assumed: the next reading may take it back.
      let used = threshold == .warning ? state.reading.credits : assumed
      let reached = used + (threshold == .hard ? margin : .zero) >= limit
      if !reached {
        state.crossed[threshold] = nil
      } else if state.crossed[threshold] == nil {
        state.crossed[threshold] = now
        hardest = threshold
      }
    }
    guard let hardest else { return }
    actions.append(.notify(hardest))
    if state.crossed[.warning] == now, state.crossed[.hard] == nil, let warnSignal, state.phase == .running {
      actions.append(.signalAll(warnSignal))
    }
  }

  /// Whether the job's budget, or an account that pays for it, has reached a threshold.
  private func hasReached(_ threshold: Threshold, _ state: JobState) -> Bool {
    if let account = state.account, account.threshold >= threshold { return true }
    return state.crossed[threshold] != nil
  }

  private func enforceBudget(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    if hasReached(.hard, state) {
      kill(.budget, at: now, in: &state, &actions)
    } else if !hasReached(.emergency, state), !isRefused(state) {
      guard state.phase == .frozen else { return }
      state.phase = .running
      state.progressAt = now
      if !state.isFrozen { actions.append(.thaw) }
    } else if onExhausted == .stop {
      ask(.budget, at: now, in: &state, &actions)
    } else if state.phase == .running {
      state.phase = .frozen
      // From here on the memory that it holds is all that it burns: look soon at how much that has become.
      state.memoryInterval = Self.shortestMemoryInterval
      actions.append(.freeze)
    }
  }

  /// Whether the kernel refuses the job packets that it can't pay for, and nothing more is to come: what is left pays for no further
  /// one, even if that is a little before the threshold.
  private func isRefused(_ state: JobState) -> Bool {
    state.reading.isOutOfCredits && (backing == nil || isBackingFinal)
  }

  private func enforceNetwork(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    if state.reading.isOutOfBytes { ask(.network, at: now, in: &state, &actions) }
  }

  private func enforceTime(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    if let limit = cpuTime.bound, (state.reading.cpuTime ?? .zero) >= limit {
      ask(.cpuTime, at: now, in: &state, &actions)
    }
    if let limit = timeout.bound, now.since(state.launched) >= limit {
      ask(.timeout, at: now, in: &state, &actions)
    }
    // A frozen job makes no progress by our own doing, and a busy one makes progress that shows at its next tick.
    if let limit = idleTimeout.bound, state.phase == .running, !state.isFrozen,
      state.readAt.since(state.progressAt) >= max(limit, tick * 2)
    {
      ask(.idle, at: now, in: &state, &actions)
    }
  }

  /// What stands still by our own doing starts a new stretch when it goes on.
  private func enforceProgress(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    guard state.phase == .running, !state.isFrozen, let stalled = state.reading.memoryStalled else {
      return state.stallWatch = StallWatch()
    }
    if state.stallWatch.isStuck(stalled, at: now) { ask(.memory, at: now, in: &state, &actions) }
  }

  /// The limits that the kernel would have enforced at once: no request to stop comes before.
  private func enforcePolledLimits(at now: Instant, in state: inout JobState, _ actions: inout [JobAction]) {
    if let limit = polledMemoryMax, let memory = state.reading.memory, memory > limit {
      kill(.memory, at: now, in: &state, &actions)
    }
    if let limit = polledPidsMax, let processes = state.reading.processes, processes > limit {
      kill(.processes, at: now, in: &state, &actions)
    }
    if let limit = polledWorkSize, let held = state.reading.workSpace, !held.fits(in: limit) {
      kill(.workSize, at: now, in: &state, &actions)
    }
  }

  /// The first cause stays: what else is reached while a job stops is not why it stopped.
  private func ask(
    _ cause: StopCause, at now: Instant, in state: inout JobState, _ actions: inout [JobAction]
  ) {
    guard state.phase == .running || state.phase == .frozen else { return }
    if state.outcome == nil { state.cause = cause }
    // Who is asked to stop has to be able to: the request thaws.
    state.heldSince = nil
    guard grace > .zero else { return kill(cause, at: now, in: &state, &actions) }
    state.phase = .asked(cause, deadline: now.advanced(by: grace))
    actions.append(.signalAll(stopSignal))
  }

  private func kill(
    _ cause: StopCause, at now: Instant, in state: inout JobState, _ actions: inout [JobAction]
  ) {
    if isKilled(state) { return }
    if state.outcome == nil, state.cause == nil { state.cause = cause }
    state.phase = .killed(cause, since: now)
    actions.append(.kill)
  }
}
