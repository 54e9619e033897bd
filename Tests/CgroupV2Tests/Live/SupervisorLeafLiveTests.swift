import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

@Suite(
  "A supervisor that has to leave its group, live", .timeLimit(.minutes(15)),
  .enabled(if: Live.obstacle == nil, "no group can be made here: \(Live.obstacle ?? "")"))
struct SupervisorLeafLiveTests {
  /// A process that plays the supervisor, alone in its group.
  private let stage: LiveGroup
  private let supervisor: Int32
  private let host: CgroupHost

  init() throws {
    stage = try LiveGroup()
    supervisor = try Shell.start("exec sleep 1000", in: stage.group).pid
    host = try Live.host.get()
  }

  private func plan(own: Set<Int32>, needed: Set<Controller>) throws -> PlacementPlan {
    let facts = try GroupFacts.of(stage.group, own: own)
    return try PlacementPlan.below(facts, parent: nil, needed: needed, absence: host.absence)
  }

  @Test("moves to a leaf and back, and leaves nothing behind")
  func moving() throws {
    let leaf = try SupervisorLeaf.move([supervisor], in: stage.group)
    #expect(try stage.group.childNames() == [GroupName.supervisor])
    let directory = try stage.group.child(GroupName.supervisor)
    #expect(try directory.processes() == [supervisor] && directory.mark == .supervisor)
    // A later placement finds it there, and takes the group above.
    let facts = try GroupFacts.of(directory, own: [supervisor])
    let parent = try GroupFacts.of(stage.group, own: [supervisor])
    let plan = try PlacementPlan.below(facts, parent: parent, needed: [], absence: host.absence)
    #expect(plan.base == stage.group.path && !plan.makesBase)
    leaf.moveBack()
    #expect(try stage.group.childNames().isEmpty)
    #expect(try stage.group.processes() == [supervisor])
  }

  @Test("goes back when another process is found in the group")
  func crowded() throws {
    let other = try Shell.start("exec sleep 1000", in: stage.group)
    #expect { try SupervisorLeaf.move([supervisor], in: stage.group) } throws: {
      ($0 as? CgroupError)?.code == .busy
    }
    #expect(try stage.group.childNames().isEmpty)
    #expect(try stage.group.processes() == [supervisor, other.pid])
  }

  @Test(
    "with a controller needed: the group hands it on, jobs have it, and all is taken back",
    .enabled(if: Live.lacks(.pids) == nil, "no pids controller: \(Live.lacks(.pids) ?? "")"))
  func handingOn() throws {
    let plan = try plan(own: [supervisor], needed: [.pids, .memory])
    #expect(plan.supervisorLeaf != nil && plan.base == stage.group.path)
    let base = try JobBase.prepare(plan, moving: [supervisor])
    #expect(base.controllers == [.pids, .memory] && base.missing.isEmpty)
    var limits = GroupLimits()
    limits.pidsMax = .atMost(10)
    let job = try JobGroup.make(
      try TestJob.tag(), in: base, limits: limits, host: host, devices: BlockDevices())
    #expect(job.limits == [.pidsMax: .kernel])
    try job.remove(until: Clock.boottime().advanced(by: .seconds(5)))
    base.leave()
    #expect(try stage.group.childNames().isEmpty)
    let facts = try GroupFacts.of(stage.group, own: [])
    #expect(facts.enabled.isEmpty && facts.otherProcesses == 1)
  }

  @Test(
    "a process that comes after the plan: groups are had all the same, without the controllers",
    .enabled(if: Live.lacks(.pids) == nil, "no pids controller: \(Live.lacks(.pids) ?? "")"))
  func lateComer() throws {
    let plan = try plan(own: [supervisor], needed: [.pids])
    _ = try Shell.start("exec sleep 1000", in: stage.group)
    let base = try JobBase.prepare(plan, moving: [supervisor])
    #expect(base.controllers.isEmpty && base.missing[.pids] != nil)
    #expect(try GroupFacts.of(stage.group, own: []).type == .domain)
    let job = try JobGroup.make(
      try TestJob.tag(), in: base, limits: GroupLimits(), host: host, devices: BlockDevices())
    #expect(job.limits.isEmpty)
  }
}
