import ResourceModel
import Testing

/// A row of a transition table: a policy, and what happens to a job under it, step by step.
///
/// The job has one CPU at a credit a second, a budget of 100 credits, an accounting tick of 4 ms and a grace of 10 s, unless the row
/// changes that.
struct Story: Sendable, CustomTestStringConvertible {
  /// An event at a time after launch, and the actions that it has to lead to.
  struct Step: Sendable {
    var at: Duration
    var event: JobEvent
    var actions: [JobAction]

    init(_ at: Duration, _ event: JobEvent, _ actions: [JobAction] = []) {
      (self.at, self.event, self.actions) = (at, event, actions)
    }
  }

  /// The behaviour that the row shows.
  let testDescription: String
  var policy = JobPolicy.sample
  let steps: [Step]
  /// The phase after the last step.
  let phase: JobState.Phase
  /// The cause after the last step.
  let cause: StopCause?

  init(
    _ behaviour: String, under change: (inout JobPolicy) -> Void = { _ in }, _ steps: [Step],
    leaves phase: JobState.Phase, cause: StopCause? = nil
  ) {
    testDescription = behaviour
    (self.steps, self.phase, self.cause) = (steps, phase, cause)
    change(&policy)
  }

  /// Lives through all steps and compares.
  func check() {
    var state = JobState(launched: .launch)
    for (index, step) in steps.enumerated() {
      let actions: [JobAction]
      (state, actions) = policy.transition(state, on: step.event, at: .after(step.at))
      #expect(actions == step.actions, "step \(index + 1)")
    }
    #expect(state.phase == phase)
    #expect(state.cause == cause)
  }
}

extension JobPolicy {
  /// One CPU at a credit a second, and a budget of 100 credits.
  static let sample = JobPolicy.planned()

  /// The policy of a planned job, with whatever `change` asks for.
  static func planned(
    cpus: Int64 = 1, memory: UInt64 = 1 << 30, prices: PriceBook = .cpuOnly,
    _ change: (inout JobLimits) -> Void = { $0.budget = .atMost(.credits(.whole(100))) }
  ) -> JobPolicy {
    var spec = JobSpec(command: ["true"])
    spec.prices = prices
    change(&spec.limits)
    let host = HostFacts(
      cpus: cpus, memory: ByteCount(bytes: memory), tick: .milliseconds(4), wakeLatency: .milliseconds(5))
    guard let plan = try? JobPlan(spec, on: host) else {
      preconditionFailure("the sample job can't be planned")
    }
    var policy = JobPolicy(plan, tick: host.tick, polled: [])
    policy.memorySampling = nil
    return policy
  }
}

extension PriceBook {
  /// A credit for a core-second, and nothing else.
  static let cpuOnly = PriceBook(
    name: "cpu", currency: nil, creditPrice: nil,
    rates: [.cpu: Rate(listUnitPrice: .whole(1), pricingUnit: .coreSecond)])
}

extension Credits {
  /// Whole credits.
  static func whole(_ credits: Int64) -> Credits { Credits(microcredits: credits * 1_000_000) }
  /// Thousandths of a credit.
  static func thousandths(_ credits: Int64) -> Credits { Credits(microcredits: credits * 1000) }
}

extension Instant {
  /// When the jobs of the tables are launched; not zero, so that a mixed-up origin shows.
  static let launch = Instant(nanoseconds: 7_000_000_000_000)
  /// So long after the launch.
  static func after(_ duration: Duration) -> Instant { launch.advanced(by: duration) }
}

extension JobEvent {
  /// A reading of so many credits, with as much CPU time.
  static func read(_ credits: Int64) -> JobEvent { read(thousandths: credits * 1000) }

  /// A reading of so many thousandths of a credit, with as much CPU time.
  static func read(thousandths: Int64) -> JobEvent {
    .reading(JobReading(credits: .thousandths(thousandths), cpuTime: .milliseconds(thousandths)))
  }
}
