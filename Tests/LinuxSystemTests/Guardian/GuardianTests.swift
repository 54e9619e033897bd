import Glibc
import ResourceModel
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("The guardian, at home", .timeLimit(.minutes(15)))
struct GuardianTests {
  @Test func itGoesHomeAndLeavesNoZombie() throws {
    let guardian = try Guardian.start()
    let pid = guardian.pid
    #expect(isRunning(pid))
    try guardian.finish()
    #expect(!ProcessControl.exists(pid))
  }

  @Test func itHoldsNothingOfItsSupervisors() throws {
    let guardian = try Guardian.start()
    let pid = guardian.pid
    // It answers, so it has settled.
    try guardian.watch(id: 1, marker: "RMRUN_TEST=none")
    let process = try Descriptor.open("/proc/\(pid)", [.readOnly, .directory])
    #expect(
      try process.open("fd", [.readOnly, .directory]).entries().map(\.name).sorted() == [
        "0", "1", "2", "3", "4",
      ])
    let stat = try ProcessStat.read(pid: pid)
    #expect(stat.command == "rmrun-guardian")
    #expect(stat.session == pid && stat.processGroup == pid)
    let status = try SmallFile.read(at: process, "status")
    let blocked = KernelText.lines(status).first { $0.starts(with: "SigBlk:".utf8) }
    // All but SIGKILL and SIGSTOP, which can't be.
    #expect(blocked.flatMap { UInt64(KernelText.string($0.suffix(16)), radix: 16) } == ~(1 << 8 | 1 << 18))
    try guardian.release(id: 1)
    try guardian.finish()
  }

  @Test func itsDeathIsSeen() throws {
    let guardian = try Guardian.start()
    var poller = try Poller()
    try poller.add(guardian.rawValue, token: 1, events: .readable)
    end(guardian.pid)
    #expect(try poller.wait(until: nil).map(\.token) == [1])
    let refusals = [guardian.refusal(of: 1, "A=B"), guardian.refusal(ofReleasing: 1)]
    #expect(refusals.map(\.?.underlying) == [.brokenPipe, .brokenPipe])
    let pid = guardian.pid
    try guardian.finish()
    #expect(!ProcessControl.exists(pid))
  }

  @Test func oneThatSomebodyStoppedIsNotWaitedForForEver() throws {
    let guardian = try Guardian.start()
    try guardian.watch(id: 1, marker: "RMRUN_TEST=none")
    let pid = guardian.pid
    kill(pid, SIGSTOP)
    let refusal = guardian.refusal(of: 2, "A=B")
    #expect(refusal?.code == .timedOut)
    try guardian.finish(patience: .milliseconds(10))
    #expect(!ProcessControl.exists(pid))
  }

  @Test func whatCanNotBeWatchedIsRefused() throws {
    let guardian = try Guardian.start()
    let refusals = [
      guardian.refusal(of: 0, "A=B"), guardian.refusal(of: 1, ""),
      guardian.refusal(of: 1, String(repeating: "x", count: 256)),
    ]
    #expect(!refusals.contains(nil))
    try guardian.release(id: 77)
    try guardian.watch(id: 1, marker: "RMRUN_TEST=" + String(repeating: "x", count: 200))
    try guardian.release(id: 1)
    try guardian.finish()
  }

  @Test func moreThanItCanHoldIsRefusedAndTheRestStands() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let guardian = try Guardian.start()
      let directory = try TemporaryDirectory()
      let open = try directory.open()
      var watched: UInt64 = 0
      var refusal: SystemError?
      while refusal == nil {
        refusal = guardian.refusal(of: watched + 1, group: open)
        if refusal == nil { watched += 1 }
      }
      #expect(refusal?.code == .tooManyFiles)
      #expect(watched >= 20)
      // One that goes makes room for another, and it still answers.
      try guardian.release(id: 1)
      try guardian.watch(id: 1, group: open, in: open, name: "none")
      for id in 1...watched { try guardian.release(id: id) }
      try guardian.finish()
    }
  }
}

extension Guardian {
  /// The error of a watch; nil if the guardian took it.
  func refusal(of id: UInt64, _ marker: String) -> SystemError? {
    do throws(SystemError) {
      try watch(id: id, marker: marker)
      return nil
    } catch {
      return error
    }
  }

  /// The same, of a group's.
  func refusal(of id: UInt64, group: borrowing Descriptor) -> SystemError? {
    do throws(SystemError) {
      try watch(id: id, group: group, in: group, name: "none")
      return nil
    } catch {
      return error
    }
  }

  /// The error of a release.
  func refusal(ofReleasing id: UInt64) -> SystemError? {
    do throws(SystemError) {
      try release(id: id)
      return nil
    } catch {
      return error
    }
  }
}
