import Glibc
import ResourceModel
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

/// Each in a process of its own: signal settings are the process's.
@Suite("Signals as data", .timeLimit(.minutes(15)))
struct SignalSourceTests {
  @Test func aSignalIsReadInsteadOfHandled() async {
    await #expect(processExitsWith: .success) {
      let source = try SignalSource()
      let before = try source.next()
      #expect(before == nil)
      // To this thread: the test library's own threads don't block it.
      pthread_kill(pthread_self(), SIGTERM)
      let received = try #require(try source.next())
      #expect(received.signal == .terminate)
      #expect(received.senderPID == OwnProcess.pid)
      #expect(received.senderUID == OwnProcess.effectiveUser)
      #expect(!received.isFromTerminal)
      let after = try source.next()
      #expect(after == nil)
    }
  }

  @Test func aSignalThatWaitsWakesThePoller() async {
    await #expect(processExitsWith: .success) {
      let source = try SignalSource()
      var poller = try Poller()
      try poller.add(source.rawValue, token: 9, events: .readable)
      pthread_kill(pthread_self(), SIGUSR1)
      let woken = try poller.wait(until: nil)
      #expect(woken.map(\.token) == [9])
    }
  }

  @Test func oneThatWasIgnoredStaysSo() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      let source = try SignalSource()
      pthread_kill(pthread_self(), SIGHUP)
      let received = try source.next()
      #expect(received == nil)
      #expect(source.inherited.ignored.contains(Signal(number: SIGHUP)))
    }
  }

  @Test func anIgnoredSIGCHLDIsTakenAllTheSame() async {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      let source = try SignalSource()
      #expect(source.inherited.ignored.contains(Signal(number: SIGCHLD)))
      var request = request("/bin/grep", "SigIgn:", "/proc/self/status")
      request.signals = source.inherited
      let (end, output) = try run(request)
      #expect(end.outcome == .exited(0), "its status isn't thrown away")
      #expect(
        UInt64(output.suffix(17).dropLast(), radix: 16).map {
          $0 >> UInt64(SIGCHLD - 1) & 1
        } == 1)
    }
  }

  @Test func theCommandFindsWhatTheSupervisorFound() async {
    await #expect(processExitsWith: .success) {
      signal(SIGQUIT, SIG_IGN)
      var blocked = sigset_t()
      sigaddset(&blocked, SIGUSR2)
      pthread_sigmask(SIG_SETMASK, &blocked, nil)
      let source = try SignalSource()
      var request = request("/bin/cat", "/proc/self/status")
      request.signals = source.inherited
      let lines = try run(request).output.split(separator: "\n").filter {
        $0.hasPrefix("Sig") || $0.hasPrefix("ShdPnd")
      }
      func bits(_ name: String) -> UInt64? {
        lines.first { $0.hasPrefix(name) }.flatMap { UInt64($0.suffix(16), radix: 16) }
      }
      #expect(bits("SigBlk:") == SignalSet([Signal(number: SIGUSR2)]).bits)
      #expect(bits("SigIgn:").map { $0 & ~(1 << 31 | 1 << 32) } == source.inherited.ignored.bits)
      for own in [SIGPIPE, SIGXFSZ] {
        #expect(bits("SigIgn:").map { $0 >> UInt64(own - 1) & 1 } == 0, "ignored by the supervisor alone")
      }
      #expect(bits("SigCgt:") == 0)
      #expect(bits("SigPnd:") == 0)
    }
  }

  @Test func writingPastAFileSizeLimitFailsInsteadOfKilling() async {
    await #expect(processExitsWith: .success) {
      let source = try SignalSource()
      let directory = try TemporaryDirectory()
      var limit = rlimit(rlim_cur: 10, rlim_max: 10)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let file = try Descriptor.open(directory.path + "/small", [.writeOnly, .create])
      let error = failure { () throws(SystemError) in
        try file.writeAll(String(repeating: "x", count: 100).utf8)
      }
      #expect(error?.code == .noSpace)
      #expect(source.rawValue >= 0)
    }
  }

  @Test func setsKeepSignalsOneToSixtyFour() {
    var set = SignalSet([
      .terminate, Signal(number: 64), Signal(number: 0), Signal(number: 65), Signal(number: -1),
    ])
    #expect(set.bits == UInt64(1) << 14 | UInt64(1) << 63)
    set.insert(.kill)
    #expect(set.contains(.kill) && !set.contains(.resume) && !set.contains(Signal(number: 200)))
    #expect(
      set.subtracting([.kill]).union([.resume]).bits == UInt64(1) << 14 | UInt64(1) << 63 | UInt64(1) << 17)
  }
}
