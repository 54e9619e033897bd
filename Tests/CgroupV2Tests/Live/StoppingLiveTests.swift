import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

@Suite(
  "Stopping a job, live", .timeLimit(.minutes(15)),
  .enabled(if: Live.obstacle == nil, "no group can be made here: \(Live.obstacle ?? "")"))
struct StoppingLiveTests {
  @Test("a signal reaches a daemon that left its session")
  func daemon() throws {
    let test = try TestJob()
    let child = try test.start("setsid sleep 1000 </dev/null >/dev/null 2>&1 & exit 0")
    #expect(try child.wait()?.outcome == .exited(0))
    #expect(try test.job.directory.processes().count == 1)
    #expect(try test.job.directory.signalAll(.terminate, until: test.soon()) == 1)
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon()))
  }

  @Test("a signal reaches a process that stopped itself, and it acts on it")
  func selfStopped() throws {
    let test = try TestJob()
    let child = try test.start("trap 'exit 7' TERM; kill -STOP $$; while :; do sleep 0.01; done")
    #expect(try eventually { try ProcessStat.read(pid: child.pid).state == "T" })
    #expect(try test.job.directory.signalAll(.terminate, until: test.soon()) == 1)
    #expect(try child.wait()?.outcome == .exited(7))
  }

  @Test("a signal reaches a process in a group that the job itself has frozen, and it acts on it")
  func selfFrozen() throws {
    let test = try TestJob()
    try test.job.main.makeChild("ice")
    let ice = try test.job.main.child("ice")
    // A group that it makes is the sign that it listens.
    let child = try test.start(
      "trap 'exit 9' TERM; mkdir \(ice.path)/ready; while :; do sleep 0.01; done", in: ice)
    #expect(try eventually { try ice.childNames() == ["ready"] })
    #expect(try ice.freeze(until: test.soon()))
    #expect(try test.job.directory.signalAll(.terminate, until: test.soon()) >= 1)
    #expect(try child.wait()?.outcome == .exited(9))
  }

  @Test("a signal to a job that is frozen as a whole thaws it")
  func frozenJob() throws {
    let test = try TestJob()
    let child = try test.start("exec sleep 1000")
    #expect(try test.job.directory.freeze(until: test.soon()))
    #expect(try test.job.directory.signalAll(.terminate, until: test.soon()) == 1)
    #expect(try child.wait()?.outcome == .signaled(.terminate))
  }

  /// Forks without end, up to some twenty at a time, each deaf to SIGTERM.
  static let forker =
    "trap '' TERM; while :; do for i in 1 2 3 4 5 6 7 8; do (sleep 0.03 & sleep 0.02) & done; wait; done"

  @Test("the kernel's kill ends a job that forks and does not listen")
  func kill() throws {
    let test = try TestJob()
    let child = try test.start(Self.forker)
    #expect(try eventually { try test.job.directory.processes().count > 5 })
    _ = try test.job.directory.signalAll(.terminate, until: test.soon())
    #expect(try test.job.directory.events().isPopulated)
    #expect(try test.job.directory.kill(until: test.soon()) == .kernel)
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon()))
    #expect(try child.wait()?.outcome == .signaled(.kill))
    try test.job.remove(until: test.soon())
    // A kill of what is gone is an error that says so; one of what is empty is none.
    #expect { try test.job.directory.kill(until: test.soon()) } throws: {
      ($0 as? CgroupError)?.code == .vanished
    }
  }

  @Test("the walk ends it as well, where the kernel has no kill")
  func killByWalk() throws {
    let test = try TestJob()
    let child = try test.start(Self.forker)
    #expect(try eventually { try test.job.directory.processes().count > 5 })
    try test.job.directory.killByWalk(until: test.soon())
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon()))
    #expect(try child.wait()?.outcome == .signaled(.kill))
  }

  @Test("waiting for the end stops at its deadline")
  func deadline() throws {
    let test = try TestJob()
    let child = try test.start("exec sleep 1000")
    #expect(try !test.job.directory.waitUntilEmpty(until: Clock.boottime().advanced(by: .milliseconds(30))))
    try test.job.directory.kill(until: test.soon())
    _ = try child.wait()
  }
}
