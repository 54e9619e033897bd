import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

@Suite(
  "A job's group, live", .timeLimit(.minutes(15)),
  .enabled(if: Live.obstacle == nil, "no group can be made here: \(Live.obstacle ?? "")"))
struct JobGroupLiveTests {
  @Test("is locked and tagged, with 'main' below")
  func making() throws {
    let test = try TestJob()
    #expect(test.job.name == "job-t1" && test.job.degradations.isEmpty)
    #expect(try test.job.directory.childNames() == ["main"])
    #expect(test.job.directory.mark == .job)
    let other = try GroupDirectory(path: test.job.directory.path)
    #expect(try !other.descriptor.lockExclusively())
    #expect(try JobTag(parsing: other.descriptor.attribute("rmrun.job") ?? []) == TestJob.tag())
  }

  @Test("a second one of the same id is refused, and a bad id makes nothing")
  func names() throws {
    let test = try TestJob()
    let host = try Live.host.get()
    func make(_ id: String) throws -> JobGroup {
      try JobGroup.make(
        try TestJob.tag(id), in: test.base, limits: GroupLimits(), host: host, devices: BlockDevices())
    }
    #expect { try make("t1") } throws: { ($0 as? CgroupError)?.code == .exists }
    #expect { try make("../x") } throws: { ($0 as? CgroupError)?.code == .invalid }
    #expect(try test.base.directory.childNames() == ["job-t1"])
    #expect(try test.job.directory.childNames() == ["main"])
  }

  @Test("a command is in it from the start, and its CPU time is counted")
  func metering() throws {
    let test = try TestJob()
    let child = try test.start("i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done")
    #expect(try ProcessFiles.cgroup(pid: child.pid)?.path.hasSuffix("/job-t1/main") == true)
    #expect(try child.wait()?.outcome == .exited(0))
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon()))
    let counters = try test.job.readCounters(.all)
    #expect(counters.cpu?.usage ?? .zero > .milliseconds(1))
    #expect(counters.groups?.living == 1)
    #expect(try test.job.oomVerdict() == nil)
    try test.job.remove(until: test.soon())
    #expect(try test.base.directory.childNames().isEmpty)
    #expect { try test.job.readCounters() } throws: { ($0 as? CgroupError)?.code == .vanished }
  }

  @Test("its processes are listed as they come, wherever below they move")
  func roll() throws {
    let test = try TestJob()
    let roll = test.job.roll
    #expect(try roll.processes().isEmpty)
    let first = try test.start("exec sleep 600")
    #expect(try roll.processes() == [first.pid])
    let second = try test.start("exec sleep 600")
    #expect(try roll.processes() == [first.pid, second.pid])
    // More than fit on a page.
    let many = try test.start("i=0; while [ $i -lt 1500 ]; do sleep 600 & i=$((i+1)); done; wait")
    var poller = try Poller()
    while try roll.processes().count < 1503, Clock.boottime() < test.soon(30) {
      _ = try poller.wait(until: Clock.boottime().advanced(by: .milliseconds(20)))
    }
    #expect(try roll.processes().count == 1503)
    try many.send(.kill)
    #expect(try many.wait()?.outcome == .signaled(.kill))
    try test.job.directory.makeChild("nested")
    try test.job.directory.child("nested").write("cgroup.procs", "\(second.pid)")
    #expect(try roll.processes().isSuperset(of: [first.pid, second.pid]))
    try test.job.directory.kill(until: test.soon())
    #expect(try first.wait()?.outcome == .signaled(.kill))
    #expect(try second.wait()?.outcome == .signaled(.kill))
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon(30)))
    #expect(try roll.processes().isEmpty)
  }

  @Test("its alarm rings when nothing lives in it any more")
  func alarm() throws {
    let test = try TestJob()
    var poller = try Poller()
    try poller.add(test.job.alarms.stateDescriptor, token: 7, events: .priority)
    let child = try test.start("exec sleep 0.05")
    while try test.job.alarms.readState().isPopulated {
      let events = try poller.wait(until: test.soon(30))
      #expect(events.map(\.token) == [7])
      if events.isEmpty { break }
    }
    #expect(try child.wait()?.outcome == .exited(0))
  }

  @Test("frozen it does not move, thawed it goes on")
  func freezing() throws {
    let test = try TestJob()
    let child = try test.start("while :; do :; done")
    let usage = { try test.job.readCounters(.cpu).cpu?.usage ?? .zero }
    #expect(try eventually { try usage() > .milliseconds(20) })
    #expect(try test.job.directory.freeze(until: test.soon()))
    let frozen = try usage()
    pause(.milliseconds(60))
    #expect(try usage() - frozen < .milliseconds(5))
    #expect(try test.job.directory.events().isFrozen == true)
    try test.job.directory.thaw()
    #expect(try eventually { try usage() - frozen > .milliseconds(20) })
    try test.job.directory.kill(until: test.soon())
    #expect(try child.wait()?.outcome == .signaled(.kill))
  }

  @Test("removal takes the groups that the job made, however they are nested")
  func nestedGroups() throws {
    let test = try TestJob()
    let path = test.job.main.path
    let child = try test.start("mkdir -p \(path)/a/b/c \(path)/a/d \(test.job.directory.path)/beside/x")
    #expect(try child.wait()?.outcome == .exited(0))
    try test.job.remove(until: test.soon())
    #expect(try test.base.directory.childNames().isEmpty)
  }

  @Test("a group that is in use is not removed, and the error says so")
  func busy() throws {
    let test = try TestJob()
    let child = try test.start("exec sleep 1000")
    #expect { try test.job.remove(until: Clock.boottime().advanced(by: .milliseconds(20))) } throws: {
      ($0 as? CgroupError)?.code == .busy
    }
    try test.job.directory.kill(until: test.soon())
    _ = try child.wait()
    try test.job.remove(until: test.soon())
  }

  @Test("a base that another removed meanwhile is made anew")
  func lostBase() throws {
    let stage = try LiveGroup()
    let plan = PlacementPlan(
      base: stage.group.path + "/rmrun", makesBase: true, supervisorLeaf: nil, enable: [], controllers: [],
      missing: [:])
    let base = try JobBase.prepare(plan, moving: [])
    try stage.group.removeChild("rmrun")
    let job = try JobGroup.make(
      try TestJob.tag(), in: base, limits: GroupLimits(), host: try Live.host.get(), devices: BlockDevices())
    #expect(job.directory.path == plan.base + "/job-t1")
    try job.remove(until: Clock.boottime().advanced(by: .seconds(5)))
    base.leave()
    #expect(try stage.group.childNames().isEmpty)
  }

  @Test("a job inside a job is placed beside 'main'")
  func nestedPlacement() throws {
    let test = try TestJob()
    let own = try GroupFacts.of(test.job.main, own: [])
    let parent = try GroupFacts.of(test.job.directory, own: [])
    let host = try Live.host.get()
    let plan = try PlacementPlan.below(own, parent: parent, needed: [], absence: host.absence)
    #expect(plan.base == test.job.directory.path && !plan.makesBase)
  }

  @Test("a named group must be a group")
  func named() throws {
    let host = try Live.host.get()
    for path in ["/no/such/group", "/tmp", "relative", host.mount.mountPoint + "/cgroup.procs", "/../.."] {
      let placement = Placement(host: host, ownProcesses: [], namedParent: path)
      #expect(throws: Obstacle.notAGroup(path: path)) { try placement.plan(needed: []) }
    }
  }
}
