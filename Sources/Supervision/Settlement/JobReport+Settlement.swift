import Confinement
import LinuxSystem
package import ResourceModel

extension JobReport {
  /// The report of a settled job.
  init(_ job: SupervisedJob, reason: TerminationReason?, at end: Instant, monotonicEnd: Instant) {
    let state = job.state
    let spec = job.plan.spec
    let wallTime = monotonicEnd.since(job.launch.launchedMonotonic)
    self.init(
      job: job.id, name: job.plan.name, command: spec.command, profile: spec.profileName,
      prices: spec.prices.name,
      startedAt: job.launch.launchedWall, wallTime: wallTime,
      exitStatus: Self.status(state.outcome, reason), usage: job.meter.usage, metering: job.metering,
      enforcement: job.containment.enforcement.merging(job.confinement) { first, _ in first },
      bill: Bill(job))
    labels = spec.labels
    account = spec.account
    confinement.level = spec.limits.confinement.level.description
    confinement.refusals = job.refusals?.refusals
    confinement.hasMoreRefusals = job.refusals?.isFull ?? false
    confinement.killingCall = Self.killingCall(job)
    confinement.hasKillingRules = spec.callPolicy?.kills ?? false
    network = job.containment.refusedDestinations()
    endedAt = Clock.wall()
    outcome = state.outcome
    terminationReason = reason
    thresholds = state.crossed.mapValues { $0.since(state.launched) }
    thresholdShares = spec.limits.thresholds
    stopping = job.stopping
    if reason != .budget { stopping.account = nil }
    readings = job.meter.readings
    timing.setup = job.launch.launched.since(job.launch.requested)
    timing.run = end.since(state.launched)
    timing.networkLatency = job.containment.latency()
    warnings =
      job.warnings + job.containment.degradations.filter { !job.warnings.contains($0) }
      + Self.clockWarnings(job, run: timing.run, wallTime: wallTime)
      + Self.filterWarnings(job, confinement.killingCall)
  }

  /// The report of a job whose command could not be started: everything that was planned, and nothing used.
  package init(notLaunched plan: JobPlan, error: SupervisionError, requested: Instant) {
    let spec = plan.spec
    let bill = Bill(
      budget: plan.budget, used: .zero, overshootBound: plan.overshoot.total(resident: ByteCount(bytes: 0)),
      byMeter: [], billedCost: spec.prices.money(for: .zero), billingCurrency: spec.prices.currency,
      creditPrice: spec.prices.creditPrice)
    self.init(
      job: "", name: plan.name, command: spec.command, profile: spec.profileName, prices: spec.prices.name,
      startedAt: Clock.wall(), wallTime: .zero, exitStatus: error.code.rawValue, usage: Usage(),
      metering: [:],
      enforcement: [:], bill: bill)
    labels = spec.labels
    account = spec.account
    endedAt = startedAt
    launchFailure = error.description
    confinement.level = spec.limits.confinement.level.description
    thresholdShares = spec.limits.thresholds
    timing.setup = Clock.boottime().since(requested)
    warnings = plan.warnings
  }

  /// The command's own, or 128 + n, unless rmrun stopped it before it ended by itself.
  private static func status(_ outcome: ExitOutcome?, _ reason: TerminationReason?) -> Int32 {
    if let status = reason?.exitStatus { return status }
    switch outcome {
    case .exited(let status): return status
    case .signaled(let signal): return 128 + signal.number
    case nil: return 125
    }
  }

  /// SIGSYS.
  private static let filterSignal = Signal(number: 31)

  private static func killingCall(_ job: SupervisedJob) -> String? {
    guard job.state.outcome == .signaled(filterSignal) else { return nil }
    return job.kills?.call(thatEnded: job.command.pid)
  }

  /// The kernel tells nobody but its audit log which call it killed a process for.
  private static func filterWarnings(_ job: SupervisedJob, _ call: String?) -> [String] {
    guard job.confinement[.seccomp] != nil, job.state.outcome == .signaled(filterSignal) else { return [] }
    if let call {
      return ["the command was killed by SIGSYS, for the system call \(call), whose rule has `kill`"]
    }
    return [
      "the command was killed by SIGSYS, as a filter's rule with `kill` does it; which system call that was stands in the "
        + "kernel's log only (dmesg or the audit log, type=1326)"
    ]
  }

  /// What the stated bound does not cover: a machine that was suspended, a supervisor that was stopped.
  private static func clockWarnings(_ job: SupervisedJob, run: Duration, wallTime: Duration) -> [String] {
    var warnings: [String] = []
    let suspended = run - wallTime
    if suspended > .seconds(1) {
      warnings.append("the machine was suspended for \(suspended.shortText); that is not part of wallTime")
    }
    let jump = Clock.wall().since(job.launch.launchedWall) - run
    if jump > .seconds(1) || jump < .seconds(-1) {
      let way = jump > .zero ? "forward" : "back"
      let size = jump > .zero ? jump : .zero - jump
      warnings.append(
        "the wall clock was set \(way) by \(size.shortText) meanwhile; durations do not follow it")
    }
    let bill = Bill(job)
    if job.worstLateness > .seconds(1) || bill.overdraft > bill.overshootBound {
      warnings.append(
        "a reading came \(job.worstLateness.shortText) late (rmrun was stopped, or the host is overloaded): what the job "
          + "used meanwhile is not covered by the overshoot bound of \(bill.overshootBound.rounded) credits")
    }
    return warnings
  }
}

extension JobReport.Bill {
  /// The bill of a job so far. A priced meter that could not be read has a line without a charge.
  init(_ job: SupervisedJob) {
    let usage = job.meter.usage
    let lines = job.meter.charges.map { meter, charge in
      Charge(
        meter: meter, charge: usage.quantity(of: meter) == nil ? nil : charge,
        consumedQuantity: usage.quantity(of: meter), rate: job.plan.spec.prices.rates[meter])
    }
    let used = job.meter.charges.reduce(Credits.zero) { $0 + $1.charge }
    let prices = job.plan.spec.prices
    self.init(
      budget: job.policy.budget, used: used,
      overshootBound: job.plan.overshoot.total(resident: ByteCount(bytes: usage.memoryPeak ?? 0)),
      byMeter: lines,
      billedCost: prices.money(for: used), billingCurrency: prices.currency, creditPrice: prices.creditPrice)
  }
}
