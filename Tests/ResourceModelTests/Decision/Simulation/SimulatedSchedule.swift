import TestSupport

import ResourceModel

/// A random job, its limits, and all that goes wrong around it; the same for the same seed.
struct SimulatedSchedule {
  /// Something that happens from outside.
  enum Incident {
    case forwarded(Signal, endsCommandAfter: Int64?)
    case suspended(for: Int64)
    case raised(to: Credits)
    case clockStepped(seconds: Int64)
    case stopRequested
    case killRequested
    case held(for: Int64)
    case released
  }

  /// The longest time from a timer's end to a finished kill that the stated bound assumes.
  static let wakeLatency: Int64 = 5_000_000
  static let tick: Int64 = 4_000_000

  let seed: UInt64
  var random: SeededGenerator
  var plan: JobPlan
  var policy: JobPolicy
  var job: SimulatedJob
  /// In order of time, in nanoseconds since the launch.
  var incidents: [(at: Int64, what: Incident)] = []
  /// When readings fail.
  var failing: Range<Int64> = 0..<0
  /// Readings that fail apart from that, of a hundred.
  var flakiness: Int64 = 0
  /// Seconds since 1970 at the launch, by a clock that may step.
  var wallAtLaunch: Int64 = 1_800_000_000
  /// In how many of a hundred cases a timer is far too late.
  var lateTimers: Int64 = 0

  /// Draws a schedule.
  init(seed: UInt64) {
    self.seed = seed
    random = SeededGenerator(seed: seed)
    let host = HostFacts(
      cpus: 1 + random.below(4), memory: ByteCount(bytes: UInt64(random.magnitude(1 << 28...1 << 35))),
      tick: .nanoseconds(Self.tick), wakeLatency: .nanoseconds(Self.wakeLatency))
    let spec = Self.spec(on: host, &random)
    guard var plan = try? JobPlan(spec, on: host) else {
      preconditionFailure("seed \(seed) can't be planned")
    }
    Self.boundBursts(of: &plan, on: host)
    self.plan = plan
    policy = JobPolicy(plan, tick: host.tick, polled: [])
    // What the job can burn its budget in is the scale of everything else, so that each schedule gets to the point.
    let scale = Self.scale(plan, &random)
    job = Self.job(plan, host, scale, &random)
    drawLimits(scale)
    drawIncidents(scale)
  }

  private static func spec(on host: HostFacts, _ random: inout SeededGenerator) -> JobSpec {
    var spec = JobSpec(command: ["simulated"])
    let standard = random.chance(50)
    let cpuPrice = standard ? 1_000_000 : random.magnitude(1000...10_000_000)
    let memoryPrice = standard ? 134_036 : random.magnitude(100...1_000_000)
    var rates: [Meter: Rate] = [
      .cpu: Rate(listUnitPrice: Credits(microcredits: cpuPrice), pricingUnit: .coreSecond)
    ]
    if random.chance(60) {
      rates[.memory] = Rate(listUnitPrice: Credits(microcredits: memoryPrice), pricingUnit: .gibSecond)
    }
    spec.prices = PriceBook(name: "simulated", currency: nil, creditPrice: nil, rates: rates)
    if random.chance(20) {
      let start = random.below(1440)
      spec.prices.periods = [
        PricePeriod(
          start: start, end: (start + 1 + random.below(1439)) % 1440,
          multiplier: Multiplier(millionths: random.magnitude(100_000...4_000_000)))
      ]
    }
    if random.chance(90) {
      let budget = Credits(microcredits: random.magnitude(1000...1_000_000_000))
      spec.limits.budget = .atMost(.credits(budget))
    }
    if random.chance(20) {
      spec.limits.cpuMax = .atMost(CPUCount(thousandths: 50 + random.below(host.cpus * 1000 - 50)))
    }
    if random.chance(30) {
      let shares = [random.below(101), random.below(101), random.below(101)].sorted()
      (spec.limits.thresholds.warning, spec.limits.thresholds.emergency) = (
        .percent(shares[0]), .percent(shares[1])
      )
      spec.limits.thresholds.hard = .percent(shares[2])
    }
    spec.limits.onExhausted = random.chance(25) ? .freeze : .stop
    spec.limits.waitPolicy = random.chance(20) ? .all : .command
    spec.limits.warnSignal = random.chance(10) ? Signal(number: 10) : nil
    return spec
  }

  /// `cpu.max` below the number of CPUs lets a job burn two periods' quota at their full speed.
  private static func boundBursts(of plan: inout JobPlan, on host: HostFacts) {
    let online = CPUCount(thousandths: host.cpus * 1000)
    guard plan.usableCPUs < online, let rate = plan.spec.prices.rates[.cpu] else { return }
    let multiplier = plan.spec.prices.largestMultiplier(priority: .normal)
    plan.burn.cpuPeakPerSecond = rate.burn(
      perSecond: UInt128(online.thousandths) * 1000, multiplier: multiplier)
    plan.burn.cpuBurst = rate.burn(
      perSecond: UInt128(plan.usableCPUs.thousandths) * 200, multiplier: multiplier)
    plan.overshoot = OvershootBound(
      burn: plan.burn, corePrice: rate.burn(perSecond: 1_000_000, multiplier: multiplier), tick: host.tick,
      wakeLatency: host.wakeLatency)
  }

  private static func scale(_ plan: JobPlan, _ random: inout SeededGenerator) -> Int64 {
    guard let budget = plan.budget.bound else { return random.magnitude(1_000_000...100_000_000_000) }
    let least = plan.burn.shortestTime(toBurn: budget).nanoseconds
    return min(max(least, 1_000_000), 1_000_000_000_000)
  }

  private static func job(
    _ plan: JobPlan, _ host: HostFacts, _ scale: Int64, _ random: inout SeededGenerator
  ) -> SimulatedJob {
    let ceiling = Int64(clamping: host.memory.bytes)
    let phases = (0...random.below(4)).map { _ in
      SimulatedJob.Phase(
        length: random.magnitude(1 + scale / 64...4 * scale),
        threads: random.chance(30) ? 0 : random.below(9),
        memory: random.chance(60) ? random.magnitude(1 << 16...ceiling) : ceiling / (1 + random.below(64)))
    }
    let quota = plan.spec.limits.cpuMax.bound.map { $0.thousandths * SimulatedJob.period / 1000 }
    var job = SimulatedJob(
      phases: phases, cpus: host.cpus, quota: quota, periodEnd: 1 + random.below(SimulatedJob.period))
    if random.chance(60) {
      job.commandEnd = 1 + random.below(phases.reduce(0) { $0 + $1.length } * 2)
      job.groupEnd = random.chance(60) ? job.commandEnd : SimulatedJob.never
    }
    let delay = random.magnitude(1...max(2, scale))
    job.answer =
      random.chance(40) ? .ignores : random.chance(60) ? .ends(after: delay) : .leavesChildren(after: delay)
    job.teardownPerGiB = random.below(60_000_001)
    return job
  }

  private mutating func drawLimits(_ scale: Int64) {
    policy.grace = .nanoseconds(random.chance(15) ? 0 : random.magnitude(1 + scale / 64...1 + scale / 4))
    policy.memorySampling =
      plan.spec.prices.rates[.memory] == nil
      ? nil : .nanoseconds(max(100_000_000, scale / (1 + random.below(8))))
    if random.chance(25) { policy.timeout = .atMost(.nanoseconds(1 + random.below(3 * scale))) }
    if random.chance(20) { policy.cpuTime = .atMost(.nanoseconds(1 + scale / 64 + random.below(3 * scale))) }
    let isShort = scale < 1_000_000_000
    if isShort, random.chance(30) {
      policy.idleTimeout = .atMost(.nanoseconds(random.magnitude(1_000_000...1 + max(scale, 1_000_000))))
    }
    if isShort, random.chance(10) {
      policy.polledMemoryMax = ByteCount(bytes: UInt64(random.magnitude(1 << 24...1 << 32)))
      policy.memorySampling = .seconds(1)
    }
    if isShort, random.chance(10) { policy.polledPidsMax = 1 + random.below(9) }
  }

  private mutating func drawIncidents(_ scale: Int64) {
    wallAtLaunch += random.below(86_400)
    lateTimers = random.chance(30) ? random.below(30) : 0
    if random.chance(10) {
      let start = random.below(2 * scale)
      failing = start..<start + random.magnitude(1...max(2, min(scale, 2_000_000_000)))
    }
    if random.chance(10) { flakiness = random.below(60) }
    let span = 2 * scale
    for _ in 0..<(random.chance(40) ? random.below(4) : 0) {
      incidents.append((random.below(span), incident(scale)))
    }
    incidents.append((span + 20_000_000, .stopRequested))
    incidents.sort { $0.at < $1.at }
  }

  private mutating func incident(_ scale: Int64) -> Incident {
    switch random.below(7) {
    case 0:
      let delay = random.chance(50) ? random.magnitude(1...max(2, scale)) : nil
      return .forwarded(Signal(number: Int32(1 + random.below(2))), endsCommandAfter: delay)
    case 1: return .suspended(for: random.magnitude(1_000_000...10_000_000_000_000))
    case 2:
      let factor = 1 + random.below(3)
      return .raised(to: Credits(microcredits: (plan.budget.bound ?? .whole(1)).microcredits * factor))
    case 3: return .clockStepped(seconds: random.below(200_000) - 100_000)
    case 4: return .held(for: random.magnitude(1...max(2, 2 * scale)))
    case 5: return .killRequested
    default: return .stopRequested
    }
  }
}
