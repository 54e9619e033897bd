import ResourceModel
import Testing

@Suite("Destinations in a plan")
struct DestinationPlanTests {
  private func plan(_ settings: (String, String)...) throws -> JobPlan {
    var limits = JobLimits()
    for (key, value) in settings { try #require(Setting.named(key)).apply(value, &limits) }
    let host = HostFacts(
      cpus: 4, memory: ByteCount(bytes: 8 << 30), tick: .milliseconds(4), wakeLatency: .milliseconds(4))
    return try JobPlan(JobSpec(command: ["x"], limits: limits), on: host)
  }

  @Test("go with no lack of a network", arguments: [("net", "none"), ("isolate", "pid,net")])
  func contradict(key: String, value: String) throws {
    #expect(throws: PlanError.destinationsWithoutNetwork) {
      try plan(("network.domains", "10.0.0.1"), (key, value))
    }
    #expect(try plan((key, value)).spec.limits.destinations == nil)
    #expect(try plan(("network.domains", "10.0.0.1")).spec.limits.destinations?.description == "10.0.0.1")
  }

  @Test("a later list takes the place of an earlier one, and none takes it away")
  func replace() throws {
    let (first, second) = (("network.domains", "10.0.0.1"), ("network.domains", "a.example:443"))
    #expect(try plan(first, second).spec.limits.destinations?.description == "a.example:443")
    #expect(try plan(first, ("network.domains", "none")).spec.limits.destinations == nil)
  }
}
