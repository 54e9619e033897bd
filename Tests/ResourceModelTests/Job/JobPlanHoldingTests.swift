import ResourceModel
import Testing

@Suite("The bounds of a plan where not all limits are held")
struct JobPlanHoldingTests {
  private let host = HostFacts(
    cpus: 4, memory: ByteCount(bytes: 8 << 30), tick: .milliseconds(4), wakeLatency: .milliseconds(4))

  private func plan() throws -> JobPlan {
    var limits = JobLimits()
    limits.cpuMax = .atMost(CPUCount(thousandths: 500))
    limits.budget = .atMost(.credits(Credits(microcredits: 1_000_000)))
    return try JobPlan(JobSpec(command: ["x"], limits: limits), on: host)
  }

  @Test("a limit that nobody holds bounds nothing")
  func unheld() throws {
    let loose = try plan().bounded(without: [.cpuMax], delay: .zero, on: host)
    var unlimited = try plan().spec
    unlimited.limits.cpuMax = .unlimited
    let expected = try JobPlan(unlimited, on: host)
    #expect(loose.usableCPUs == CPUCount(thousandths: 4000))
    #expect(loose.burn == expected.burn)
    #expect(loose.overshoot == expected.overshoot)
    #expect(loose.spec.limits.cpuMax == .atMost(CPUCount(thousandths: 500)))
  }

  @Test("memory that only readings watch may be all of the host's")
  func polledMemory() throws {
    var spec = try plan().spec
    spec.limits.memoryMax = .atMost(ByteCount(bytes: 1 << 30))
    let loose = try JobPlan(spec, on: host).bounded(without: [.memoryMax], delay: .zero, on: host)
    #expect(loose.burn.memoryCeiling == host.memory)
    #expect(loose.spec.limits.memoryMax == .atMost(ByteCount(bytes: 1 << 30)))
  }

  @Test("what is held, or bounds nothing, changes nothing")
  func held() throws {
    let plan = try plan()
    let same = plan.bounded(without: [.cpuWeight, .memoryHigh], delay: .zero, on: host)
    #expect(same.overshoot == plan.overshoot && same.burn == plan.burn)
  }

  @Test("a delay widens the bound by what is burned meanwhile")
  func delay() throws {
    let plan = try plan()
    let late = plan.bounded(without: [], delay: .milliseconds(10), on: host)
    #expect(late.overshoot.latency > plan.overshoot.latency)
    #expect(late.overshoot.accounting == plan.overshoot.accounting)
  }
}
