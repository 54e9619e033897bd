import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

@Suite(
  "Sweeping, live", .timeLimit(.minutes(15)),
  .enabled(if: Live.obstacle == nil, "no group can be made here: \(Live.obstacle ?? "")"))
struct SweepLiveTests {
  private let boot: String

  init() throws { boot = try Host.bootID() }

  /// A group as a supervisor leaves it that was killed: tagged, and locked by nobody.
  private func leave(
    _ name: String, in parent: GroupDirectory, boot: String? = nil, supervisor: Int32 = 1 << 22
  ) throws -> GroupDirectory {
    try parent.makeChild(name)
    let group = try parent.child(name)
    let start = (try? ProcessStat.read(pid: supervisor).startTime) ?? 1
    let tag = JobTag(
      job: String(name.dropFirst(4)), boot: boot ?? self.boot, supervisor: supervisor, supervisorStart: start)
    _ = try group.descriptor.setAttribute(GroupDirectory.jobAttribute, tag.bytes)
    try group.makeChild("main")
    return group
  }

  @Test("takes what is tagged and not locked, at any depth, and nothing else")
  func selection() throws {
    let stage = try LiveGroup()
    let test = try TestJob()
    try stage.group.makeChild("slice")
    let slice = try stage.group.child("slice")
    _ = try leave("job-dead", in: slice)
    _ = try leave("job-otherboot", in: slice, boot: "0000")
    _ = try leave("job-alive", in: slice, supervisor: OwnProcess.pid)
    try slice.makeChild("job-untagged")
    let locked = try leave("job-locked", in: slice)
    #expect(try locked.descriptor.lockExclusively())
    // A crashed supervisor inside a job that is still supervised.
    _ = try leave("job-inner", in: locked)
    try stage.group.makeChild("rmrun")

    let outcomes = try Sweep.clear(
      below: stage.group, boot: boot, devices: BlockDevices(), until: test.soon())
    #expect(outcomes.map(\.tag.job).sorted() == ["dead", "inner"])
    #expect(outcomes.allSatisfy { $0.failure == nil && $0.counters?.cpu != nil })
    #expect(
      try slice.childNames().sorted() == ["job-alive", "job-locked", "job-otherboot", "job-untagged"])
    #expect(try locked.childNames() == ["main"])
    #expect(try stage.group.childNames() == ["slice"])
    #expect(try Sweep.find(below: stage.group, boot: boot).isEmpty)
  }

  @Test("kills what still runs in a leftover, and what a nested supervisor left in it")
  func running() throws {
    let stage = try LiveGroup()
    let group = try leave("job-dead", in: stage.group)
    let inner = try leave("job-inner", in: group)
    let outerChild = try Shell.start("trap '' TERM; sleep 1000 & sleep 1000", in: group.child("main"))
    let innerChild = try Shell.start("exec sleep 1000", in: inner.child("main"))
    let outcomes = try Sweep.clear(
      below: stage.group, boot: boot, devices: BlockDevices(),
      until: Clock.boottime().advanced(by: .seconds(10)))
    #expect(outcomes.map(\.tag.job) == ["dead"] && outcomes.allSatisfy { $0.failure == nil })
    #expect(try outerChild.wait()?.outcome == .signaled(.kill))
    #expect(try innerChild.wait()?.outcome == .signaled(.kill))
    #expect(try stage.group.childNames().isEmpty)
  }

  @Test("two sweeps don't take the same leftover")
  func twice() throws {
    let stage = try LiveGroup()
    _ = try leave("job-dead", in: stage.group)
    let first = try Sweep.find(below: stage.group, boot: boot)
    #expect(first.count == 1)
    #expect(try Sweep.find(below: stage.group, boot: boot).isEmpty)
    let outcomes = first.map {
      $0.clear(devices: BlockDevices(), until: Clock.boottime().advanced(by: .seconds(5)))
    }
    #expect(outcomes.allSatisfy { $0.failure == nil })
  }
}
