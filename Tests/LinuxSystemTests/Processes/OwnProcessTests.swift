import Glibc
import ResourceModel
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

/// What a process does to itself, each in a process of its own.
@Suite("The supervisor's own process", .timeLimit(.minutes(15)))
struct OwnProcessTests {
  @Test func itDiesByTheSignalThatItsCommandDiedBy() async {
    await #expect(processExitsWith: .signal(SIGTERM)) { ProcessControl.die(by: .terminate) }
    await #expect(processExitsWith: .signal(SIGQUIT)) { ProcessControl.die(by: Signal(number: SIGQUIT)) }
    await #expect(processExitsWith: .signal(SIGSEGV)) { ProcessControl.die(by: Signal(number: SIGSEGV)) }
    await #expect(processExitsWith: .signal(SIGKILL)) { ProcessControl.die(by: .kill) }
    await #expect(processExitsWith: .signal(SIGPIPE)) {
      _ = try SignalSource()
      ProcessControl.die(by: Signal(number: SIGPIPE))
    }
    await #expect(processExitsWith: .signal(SIGINT)) {
      _ = try SignalSource()
      ProcessControl.die(by: Signal(number: SIGINT))
    }
  }

  @Test func aSignalThatEndsNobodyLetsItGoOn() async {
    await #expect(processExitsWith: .exitCode(7)) {
      ProcessControl.die(by: Signal(number: SIGWINCH))
      ProcessControl.die(by: Signal(number: 1000))
      exit(7)
    }
  }

  @Test("it stops and goes on", arguments: [SIGSTOP, SIGTSTP, SIGTTIN])
  func stop(_ number: Int32) async {
    await #expect(processExitsWith: .success) { [number = number as Int32] in
      let source = try SignalSource()
      // Continues it once it is stopped; or in time where the kernel doesn't stop it (an orphaned group).
      var waker = SpawnRequest.shell(
        "for i in 1 2 3 4 5 6 7 8 9 10; do grep -q '^State:.T' /proc/$PPID/status && break; sleep 0.1; done; "
          + "kill -CONT $PPID")
      waker.signals = source.inherited
      let child = try Spawner.spawn(waker)
      ProcessControl.stopSelf(by: Signal(number: number))
      let end = try child.wait()
      #expect(end?.outcome == .exited(0))
      // The signals are still taken as data.
      pthread_kill(pthread_self(), SIGTSTP)
      let taken = try source.next()
      #expect(taken != nil)
    }
  }

  @Test func aRaisedPriorityIsNotInherited() async {
    await #expect(processExitsWith: .success) {
      let before = try Scheduling.current()
      TimerSlack.minimise()
      let granted = OwnPriority.raise()
      let now = try Scheduling.current()
      switch granted {
      case .realtime: #expect(now.policy == 2 && now.priority == 1)
      case .raised: #expect(now.nice == -10)
      case .ordinary: #expect(now == before)
      }
      // Fields 19 and 41 of stat are the nice value and the policy.
      var request = SpawnRequest.shell("cut -d' ' -f19,40,41 /proc/self/stat")
      #expect(try run(request).output == "\(granted == .ordinary ? before.nice : 0) 0 0\n")
      request.scheduling = before
      #expect(try run(request).output == "\(before.nice) \(before.priority) \(before.policy)\n")
    }
  }

  @Test func aCommandGetsBackAnInheritedNiceValue() async {
    await #expect(processExitsWith: .success) {
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
      let before = try Scheduling.current()
      _ = OwnPriority.raise()
      var request = SpawnRequest.shell("cut -d' ' -f19,41 /proc/self/stat")
      request.scheduling = before
      #expect(try run(request).output == "5 0\n")
    }
  }

  @Test func timerSlackIsRestoredForTheCommand() async {
    await #expect(processExitsWith: .success) {
      let before = TimerSlack.current()
      TimerSlack.minimise()
      #expect(TimerSlack.current() == 1)
      var request = request("/bin/cat", "/proc/self/timerslack_ns")
      request.timerSlack = before
      let output = try run(request).output
      #expect(output == "\(before)\n")
    }
  }

  @Test func asSubreaperItReapsOrphansButNotWhatHasAnOwner() async {
    await #expect(processExitsWith: .success) {
      try ProcessControl.setSubreaper(true)
      let directory = try TemporaryDirectory()
      let script = "(sh -c 'echo $$ > \(directory.path)/orphan; exit 9' &) ; exec sleep 60"
      let child = try Spawner.spawn(.shell(script))
      try eventually { try directory.contents("orphan")?.isEmpty == false }
      var ends: [ChildEnd] = []
      try eventually {
        ends += try Reaper.reapOrphans(excluding: [child.pid])
        return ends.count >= 2 || ends.contains { $0.outcome == .exited(9) }
      }
      let orphan = try #require(try directory.contents("orphan"))
      #expect(ends.contains { "\($0.pid)\n" == orphan })
      try child.send(.kill)
      try eventually { try ProcessStat.read(pid: child.pid).isZombie }
      let none = try Reaper.reapOrphans(excluding: [child.pid])
      #expect(none.isEmpty)
      let end = try child.wait()
      #expect(end?.outcome == .signaled(.kill))
    }
  }

  @Test func groupsEverybodyAndInitAreNeverSignalled() {
    for pid in [-1, 0, 1, -500] as [Int32] {
      #expect(throws: SystemError.self) { try ProcessControl.send(Signal(number: 0), to: pid) }
    }
    #expect(ProcessControl.exists(OwnProcess.pid) && ProcessControl.exists(1))
    #expect(!ProcessControl.exists(.max) && !ProcessControl.exists(0) && !ProcessControl.exists(-1))
  }
}
