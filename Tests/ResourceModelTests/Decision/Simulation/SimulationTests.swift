import Glibc
import ResourceModel
import Testing

/// The decision under a simulated kernel and clock.
///
/// `RMRUN_SIMULATIONS` sets the number of random schedules (100,000), `RMRUN_SIMULATION_SEED` the first one's seed; a failure prints
/// the seed of its schedule, so that `RMRUN_SIMULATION_SEED=… RMRUN_SIMULATIONS=1` runs just that one again.
struct SimulationTests {
  private static let shards = 8
  private static let count = number("RMRUN_SIMULATIONS") ?? 100_000
  private static let firstSeed = number("RMRUN_SIMULATION_SEED") ?? 20_260_101

  private static func number(_ variable: String) -> UInt64? {
    getenv(variable).flatMap { UInt64(String(cString: $0)) }
  }

  /// Runs every `shards`th schedule and returns what was wrong with the first that failed.
  private static func fault(shard: Int, of count: UInt64) -> (seed: UInt64, fault: String)? {
    for index in stride(from: UInt64(shard), to: count, by: shards) {
      let seed = firstSeed &+ index
      var supervisor = SimulatedSupervisor(SimulatedSchedule(seed: seed))
      if let fault = supervisor.run() { return (seed, fault) }
    }
    return nil
  }

  @Test(arguments: 0..<shards)
  func theInvariantsHoldOnRandomSchedules(_ shard: Int) {
    guard let (seed, fault) = Self.fault(shard: shard, of: Self.count) else { return }
    Issue.record("RMRUN_SIMULATION_SEED=\(seed) RMRUN_SIMULATIONS=1: \(fault)")
  }

  /// A way to break a policy, and how the fault that has to be found begins.
  struct Breakage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: String
    let breaks: @Sendable (inout JobPolicy) -> Void

    init(_ name: String, _ fault: String, breaks: @escaping @Sendable (inout JobPolicy) -> Void) {
      (testDescription, self.fault, self.breaks) = (name, fault, breaks)
    }
  }

  /// Without this nobody would know whether the judge sees anything.
  @Test(arguments: [
    Breakage("the burn understated by half", "charged") { policy in
      policy.burn.cpuPerSecond = policy.burn.cpuPerSecond.portion(.percent(50))
      policy.burn.cpuPeakPerSecond = policy.burn.cpuPeakPerSecond.portion(.percent(50))
    },
    Breakage("the bursts of cpu.max left out", "charged") { policy in
      policy.burn.cpuPeakPerSecond = policy.burn.cpuPerSecond
      policy.burn.cpuBurst = .zero
    },
    Breakage("memory left out of the burn", "charged") { $0.burn.memoryPerSecond = .zero },
    Breakage("the hard threshold a tenth too high", "lives past the hard") {
      $0.thresholds.hard = .percent(110)
    },
    Breakage("half the grace", "killed") { $0.grace = $0.grace / 2 },
    Breakage("twice the grace", "sleeps") { $0.grace = $0.grace * 2 },
    Breakage("no wall time limit", "sleeps") { $0.timeout = .unlimited },
    Breakage("no CPU time limit", "runs past its CPU") { $0.cpuTime = .unlimited },
    Breakage("half the idle time", "asked") { policy in
      policy.idleTimeout = policy.idleTimeout.bound.map { .atMost($0 / 2) } ?? .unlimited
    },
    Breakage("no polled limits", "lives past a polled") {
      ($0.polledMemoryMax, $0.polledPidsMax) = (nil, nil)
    },
    Breakage("the emergency threshold too low", "asked") { $0.thresholds.emergency = .percent(1) },
  ])
  func aBrokenPolicyIsCaught(_ breakage: Breakage) {
    let found = (UInt64(0)..<6000).contains { seed in
      var supervisor = SimulatedSupervisor(SimulatedSchedule(seed: seed), broken: breakage.breaks)
      return supervisor.run()?.hasPrefix(breakage.fault) ?? false
    }
    #expect(found)
  }
}
