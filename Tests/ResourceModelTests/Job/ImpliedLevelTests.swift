import ResourceModel
import Testing

@Suite("The level of a confinement for which none was named")
struct ImpliedLevelTests {
  private func plan(_ settings: [(String, String)]) throws -> JobPlan {
    var limits = JobLimits()
    for (key, value) in settings { try #require(Setting.named(key)).apply(value, &limits) }
    let host = HostFacts(
      cpus: 4, memory: ByteCount(bytes: 8 << 30), tick: .milliseconds(4), wakeLatency: .milliseconds(4))
    return try JobPlan(JobSpec(command: ["x"], limits: limits), on: host)
  }

  @Test(
    arguments: [
      ([], .none), ([("isolate", "pid,net")], .none), ([("write", "/w")], .none),
      ([("isolate", "pid,mount")], .standard), ([("isolate", "all")], .standard),
      ([("confine", "strict"), ("isolate", "mount")], .strict),
      ([("isolate", "mount"), ("confine", "./rules.yaml")], .file("./rules.yaml")),
      // What a profile isolates an option may take back.
      ([("isolate", "mount"), ("isolate", "none")], .none),
    ] as [([(String, String)], ConfinementLevel)])
  func isTheDefaultWithMountsOfItsOwn(settings: [(String, String)], level: ConfinementLevel) throws {
    let plan = try plan(settings)
    #expect(plan.spec.limits.confinement.level == level)
    #expect(plan.warnings.isEmpty)
  }

  @Test func isNoneWhereThatIsNamedAndThisIsTold() throws {
    for settings in [
      [("confine", "none"), ("isolate", "mount")], [("isolate", "mount"), ("confine", "none")],
    ] {
      let plan = try plan(settings)
      #expect(plan.spec.limits.confinement.level == .none)
      #expect(plan.warnings.count == 1 && plan.warnings[0].contains("--confine default"))
    }
    #expect(try plan([("confine", "none"), ("isolate", "pid")]).warnings.isEmpty)
  }
}
