import Testing

@testable import CgroupV2

@Suite("Where jobs go")
struct PlacementPlanTests {
  private func absence(_ controller: Controller, _ group: GroupFacts) -> Obstacle {
    .notHandedOn(controller, path: group.path)
  }

  private func plan(
    _ own: GroupFacts, parent: GroupFacts? = nil, _ needed: Set<Controller> = [.memory, .cpu]
  ) throws -> PlacementPlan {
    try PlacementPlan.below(own, parent: parent, needed: needed, absence: absence)
  }

  @Test("inside an outer job: beside its 'main'")
  func nested() throws {
    let outer = GroupFacts(path: "/c/job-1", available: [.memory, .cpu], enabled: [.cpu], mark: .job)
    let plan = try plan(
      GroupFacts(path: "/c/job-1/main", available: [.cpu], otherProcesses: 4), parent: outer)
    #expect(plan.base == "/c/job-1" && !plan.makesBase && plan.supervisorLeaf == nil)
    #expect(plan.enable == [PlacementPlan.Enabling(path: "/c/job-1", controllers: [.memory])])
    #expect(plan.controllers == [.memory, .cpu] && plan.missing.isEmpty)
  }

  @Test("a group that is called 'main' and is nobody's job is like any other")
  func unmarkedMain() throws {
    let own = GroupFacts(path: "/c/x/main", otherProcesses: 1)
    #expect(try plan(own, parent: GroupFacts(path: "/c/x"), []).base == "/c/x/main/rmrun")
  }

  @Test("a supervisor that has moved before: beside its leaf")
  func movedBefore() throws {
    let own = GroupFacts(path: "/c/s/rmrun-supervisor", mark: .supervisor)
    let parent = GroupFacts(path: "/c/s", available: [.memory], enabled: [.memory])
    let plan = try plan(own, parent: parent, [.memory])
    #expect(plan.base == "/c/s" && plan.enable.isEmpty && plan.controllers == [.memory])
    #expect(try self.plan(GroupFacts(path: "/c/s/rmrun-supervisor"), parent: parent, []).makesBase)
  }

  @Test("at the real root processes and controllers get along: a plain group below, both hand on")
  func hierarchyRoot() throws {
    let own = GroupFacts(
      path: "/c", type: nil, available: [.memory, .cpu, .io], enabled: [.cpu], otherProcesses: 90)
    let plan = try plan(own)
    #expect(plan.base == "/c/rmrun" && plan.makesBase && plan.supervisorLeaf == nil)
    #expect(
      plan.enable == [
        PlacementPlan.Enabling(path: "/c", controllers: [.memory]),
        PlacementPlan.Enabling(path: "/c/rmrun", controllers: [.memory, .cpu]),
      ])
  }

  @Test("nothing needed, or nothing to be had: below the own group, which hands nothing on")
  func noControllers() throws {
    let own = GroupFacts(path: "/c/s", available: [.memory], otherProcesses: 3)
    let idle = try plan(own, [])
    #expect(idle.base == "/c/s/rmrun" && idle.enable.isEmpty && idle.missing.isEmpty)
    let poor = try plan(own, [.cpu])
    #expect(poor.base == "/c/s/rmrun" && poor.missing == [.cpu: .notHandedOn(.cpu, path: "/c/s")])
  }

  @Test("alone in the own group: move to a leaf, then hand on")
  func alone() throws {
    let plan = try plan(GroupFacts(path: "/c/s", available: [.memory, .cpu]))
    #expect(plan.base == "/c/s" && !plan.makesBase && plan.supervisorLeaf == "/c/s/rmrun-supervisor")
    #expect(plan.enable == [PlacementPlan.Enabling(path: "/c/s", controllers: [.memory, .cpu])])
  }

  @Test("with others in the own group: without controllers, and the cause of each")
  func crowded() throws {
    let plan = try plan(GroupFacts(path: "/c/s", available: [.memory], otherProcesses: 2))
    #expect(plan.base == "/c/s/rmrun" && plan.controllers.isEmpty && plan.enable.isEmpty)
    #expect(
      plan.missing == [
        .memory: .otherProcesses(path: "/c/s", count: 2), .cpu: .notHandedOn(.cpu, path: "/c/s"),
      ])
  }

  @Test(
    "threaded groups are refused, whatever is needed",
    arguments: [GroupType.threaded, .threadedDomain, .invalidDomain])
  func threaded(type: GroupType) {
    #expect(throws: Obstacle.threaded(path: "/c/s", type: type.rawValue)) {
      try plan(GroupFacts(path: "/c/s", type: type), [])
    }
  }

  @Test("a group that is not ours to write is refused, with the file")
  func notPermitted() {
    #expect(throws: Obstacle.notPermitted(path: "/c/s/cgroup.procs")) {
      try plan(GroupFacts(path: "/c/s", refusedPath: "/c/s/cgroup.procs"))
    }
  }

  @Test("a named group is the base itself")
  func named() throws {
    let group = GroupFacts(path: "/c/p", available: [.memory, .cpu])
    let free = try PlacementPlan.within(group, needed: [.memory], absence: absence)
    #expect(free.base == "/c/p" && free.controllers == [.memory] && !free.makesBase)
    var crowded = group
    crowded.otherProcesses = 1
    let poor = try PlacementPlan.within(crowded, needed: [.memory], absence: absence)
    #expect(poor.controllers.isEmpty && poor.missing == [.memory: .otherProcesses(path: "/c/p", count: 1)])
  }
}
