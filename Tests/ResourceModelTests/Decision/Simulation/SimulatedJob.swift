/// A job as the kernel sees it: tasks that burn CPU, memory that moves, and an end. Times are nanoseconds since the launch.
///
/// The job has a clock of its own, which stands while it is frozen: its phases, its reactions to signals and its end lie on
/// that clock.
struct SimulatedJob {
  /// A stretch of the job's clock with a constant number of busy threads, over which memory moves in a straight line.
  struct Phase {
    var length: Int64
    var threads: Int64
    /// Bytes at its end.
    var memory: Int64
  }

  /// What the job does when it is asked to stop.
  enum Answer {
    case ignores
    case ends(after: Int64)
    /// The command ends, what it started runs on.
    case leavesChildren(after: Int64)
  }

  static let never = Int64.max / 4

  // What it will do.
  let phases: [Phase]
  /// When the command's own process ends, and when the last process does, on the job's clock.
  var commandEnd = never
  var groupEnd = never
  var answer = Answer.ignores
  /// CPU time that freeing a GiB takes the kernel.
  var teardownPerGiB: Int64 = 0

  // What holds it.
  let cpus: Int64
  /// `cpu.max`: nanoseconds of CPU time in each period of 100 ms; nil: no quota.
  let quota: Int64?
  private(set) var isFrozen = false

  // What has become of it.
  private(set) var now: Int64 = 0
  private(set) var clock: Int64 = 0
  /// CPU time burned.
  private(set) var cpu: Int64 = 0
  private(set) var death: Int64?
  /// Bytes held at death.
  private(set) var resident: Int64 = 0
  /// Whether the supervisor knows that the command has ended.
  private(set) var commandEnded = false
  /// The most bytes since `limit`.
  private(set) var highest: Int64 = 0
  /// CPU time burned since `limit`.
  var cpuSinceLimit: Int64 { cpuAtLimit.map { cpu - $0 } ?? 0 }

  private var phase = 0
  private var phaseBegan: Int64 = 0
  private var memoryBefore: Int64 = 0
  private var quotaLeft: Int64
  private var periodEnd: Int64
  private var limit = never
  private var cpuAtLimit: Int64?
  static let period: Int64 = 100_000_000

  /// The first period of the quota ends at `periodEnd`, which is at most a period ahead.
  init(phases: [Phase], cpus: Int64, quota: Int64?, periodEnd: Int64) {
    (self.phases, self.cpus, self.quota, self.periodEnd) = (phases, cpus, quota, periodEnd)
    quotaLeft = quota ?? 0
  }

  /// Bytes held now; what a dead job holds is freed only when it is gone.
  var memory: Int64 {
    guard death == nil else { return resident }
    let phase = phases[self.phase]
    guard phase.length > 0, clock > phaseBegan else { return memoryBefore }
    let share = Double(min(clock - phaseBegan, phase.length)) / Double(phase.length)
    return memoryBefore + Int64(Double(phase.memory - memoryBefore) * share)
  }

  /// CPUs that it keeps busy at the moment, quota apart.
  var busy: Int64 { death == nil && !isFrozen ? min(phases[phase].threads, cpus) : 0 }

  /// When the last process is gone; nil while the job lives.
  var gone: Int64? { death.map { $0 + teardown } }

  /// CPU time that freeing its memory costs.
  var teardown: Int64 { Int64(Double(resident) / Double(1 << 30) * Double(teardownPerGiB)) }

  /// CPU time, with what the teardown has taken so far.
  var accounted: Int64 { cpu + (death.map { min(teardown, now - $0) } ?? 0) }

  /// Threads of its present phase, busy or not.
  var phaseThreads: Int64 { phases[phase].threads }

  /// When the command or the job's last process ends next, if nothing is done to it.
  var nextEnd: Int64 {
    if let gone { return commandEnded ? gone : now }
    guard !isFrozen else { return Self.never }
    return now + (commandEnded ? groupEnd : min(commandEnd, groupEnd)) - clock
  }

  /// From `limit` on what is burned is counted apart.
  mutating func count(from limit: Int64) {
    self.limit = limit
    cpuAtLimit = nil
    highest = memory
  }

  /// Whether `limit` lies in the past.
  var isPastLimit: Bool { cpuAtLimit != nil }

  /// How long the job lived past `limit`.
  var lifeSinceLimit: Int64 { max(0, (death ?? now) - limit) }

  mutating func freeze() { isFrozen = true }
  mutating func thaw() { isFrozen = false }

  /// SIGTERM reaches every process.
  mutating func ask() {
    switch answer {
    case .ignores: break
    case .ends(let delay):
      groupEnd = min(groupEnd, clock + delay)
      commandEnd = min(commandEnd, groupEnd)
    case .leavesChildren(let delay): commandEnd = min(commandEnd, clock + delay)
    }
  }

  /// The command's own process, and nothing else, ends soon.
  mutating func endCommand(after delay: Int64) { commandEnd = min(commandEnd, clock + delay) }

  /// SIGKILL takes effect.
  mutating func die() {
    guard death == nil else { return }
    resident = memory
    death = now
  }

  /// The command's end has been noticed.
  mutating func noteCommandEnd() { commandEnded = true }

  /// Whether the command's own process has ended.
  var commandIsGone: Bool { death != nil || clock >= commandEnd }

  /// Lets time pass.
  mutating func advance(to time: Int64) {
    while now < time {
      if cpuAtLimit == nil, now >= limit { cpuAtLimit = cpu }
      var next = cpuAtLimit == nil ? min(time, limit) : time
      guard death == nil, !isFrozen else {
        now = next
        continue
      }
      let phaseEnd = phase + 1 < phases.count ? phaseBegan + phases[phase].length : Self.never
      next = min(next, now + min(phaseEnd, groupEnd) - clock)
      clock += next - now
      burn(until: next)
      highest = max(highest, memory)
      if clock >= phaseEnd { beginNextPhase() }
      if clock >= groupEnd { die() }
    }
    if cpuAtLimit == nil, now >= limit { cpuAtLimit = cpu }
  }

  private mutating func beginNextPhase() {
    memoryBefore = phases[phase].memory
    phaseBegan = clock
    phase += 1
  }

  private mutating func burn(until end: Int64) {
    let busy = self.busy
    guard let quota else {
      cpu += busy * (end - now)
      now = end
      return
    }
    while now < end {
      if now >= periodEnd {
        periodEnd += ((now - periodEnd) / Self.period + 1) * Self.period
        quotaLeft = quota
      }
      // Whole periods at a time: a suspended machine sleeps through many.
      let whole = now == periodEnd - Self.period ? (end - now) / Self.period : 0
      if whole > 0 {
        cpu += whole * min(busy * Self.period, quota)
        now += whole * Self.period
        continue
      }
      let step = min(end, periodEnd) - now
      let used = min(busy * step, quotaLeft)
      cpu += used
      quotaLeft -= used
      now += step
    }
  }
}
