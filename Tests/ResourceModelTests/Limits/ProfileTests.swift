import ResourceModel
import Testing

@Suite("Profiles")
struct ProfileTests {
  @Test(arguments: Profile.builtIn)
  func aBuiltInProfileAppliesAndExtendsOneThatExists(profile: Profile) throws {
    var limits = JobLimits()
    try profile.apply(to: &limits)
    #expect(!profile.summary.isEmpty)
    #expect((profile.extends == nil) == (profile.name == "default"))
    if let base = profile.extends { #expect(Profile.builtIn(named: base) != nil) }
  }

  @Test func theStandardLimitsAreThoseOfTheDefaultProfile() {
    #expect(JobLimits.standard.pidsMax == .atMost(4096))
    #expect(JobLimits.standard.memorySwapMax == .atMost(ByteCount(bytes: 0)))
    #expect(JobLimits.standard.budget == .unlimited)
    #expect(JobLimits.standard.timeout == .unlimited)
  }

  @Test func laterAssignmentsWin() throws {
    let profile = Profile(
      name: "mine", summary: "", extends: nil, assignments: [.init("grace", "1s"), .init("grace", "2s")])
    var limits = JobLimits()
    try profile.apply(to: &limits)
    #expect(limits.grace == .seconds(2))
  }

  @Test func anUnknownKeyNamesTheNearest() {
    let profile = Profile(name: "mine", summary: "", extends: nil, assignments: [.init("memory.mx", "1G")])
    var limits = JobLimits()
    let error = #expect(throws: ProfileError.self) { try profile.apply(to: &limits) }
    #expect(error?.description == "profile 'mine': memory.mx: no such key; did you mean 'memory.max'?")
  }

  @Test func aBadValueIsNamedWithItsKey() {
    let profile = Profile(name: "mine", summary: "", extends: nil, assignments: [.init("pids.max", "many")])
    var limits = JobLimits()
    let error = #expect(throws: ProfileError.self) { try profile.apply(to: &limits) }
    #expect(
      error?.description
        == "profile 'mine': pids.max: 'many' is not a number of processes from 1 to 4194304")
  }
}
