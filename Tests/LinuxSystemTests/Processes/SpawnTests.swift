import Glibc
import ResourceModel
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("Starting a command", .timeLimit(.minutes(15)))
struct SpawnTests {
  @Test("its exit status comes back", arguments: [0, 1, 42, 126, 255])
  func status(_ status: Int32) throws {
    #expect(try run(request("/bin/sh", "-c", "exit \(status)")).end.outcome == .exited(status))
  }

  @Test("so does the signal that ended it", arguments: [SIGTERM, SIGKILL, SIGINT, SIGUSR1, 40])
  func signal(_ number: Int32) throws {
    let end = try run(request("/bin/sh", "-c", "kill -\(number) $$")).end
    #expect(end.outcome == .signaled(Signal(number: number)))
  }

  @Test func waitingWithoutHangingIsNilWhileItRuns() throws {
    let child = try spawn("/bin/sleep", "60")
    #expect(try child.wait(hangs: false) == nil)
    try child.send(.kill)
    #expect(try child.wait()?.outcome == .signaled(.kill))
    #expect(throws: SystemError.self) { try child.send(.kill) }
  }

  @Test func theTimeItUsedComesBack() throws {
    let end = try run(request("/bin/sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done")).end
    #expect(end.userTime + end.systemTime > .milliseconds(1))
  }

  @Test func argumentsAndEnvironmentPassThroughByteByByte() throws {
    let odd = NativeString(bytes: [0x61, 0xff, 0x20, 0x0a, 0xc3, 0x28, 0x2a])
    var request = request("/bin/sh", "-c", "printf '%s|%s|%s' \"$1\" \"$2\" \"$ODD\"")
    request.arguments += ["sh", odd, ""]
    request.environment = [NativeString(bytes: Array("ODD=".utf8) + odd.bytes)]
    let directory = try TemporaryDirectory()
    let file = try Descriptor.open(directory.path + "/output", [.readWrite, .create])
    request.standardOutput = file.rawValue
    #expect(try Spawner.spawn(request).wait()?.outcome == .exited(0))
    let bar = UInt8(ascii: "|")
    #expect(try SmallFile.read(directory.path + "/output") == odd.bytes + [bar, bar] + odd.bytes)
  }

  @Test func itStaysInTheCallersGroupAndSession() throws {
    let child = try spawn("/bin/sleep", "60")
    defer { end(child.pid) }
    let (own, its) = (try ProcessStat.read(pid: OwnProcess.pid), try ProcessStat.read(pid: child.pid))
    #expect(its.processGroup == own.processGroup)
    #expect(its.session == own.session)
    #expect(its.parentPID == own.pid)
    try child.send(.kill)
    _ = try child.wait()
  }

  @Test func itStartsWhereItIsTold() throws {
    let directory = try TemporaryDirectory()
    try directory.write("tool", "#!/bin/sh\npwd\n")
    let open = try directory.open()
    var request = request("./tool")
    request.workingDirectory = open.rawValue
    let real = try run(SpawnRequest.shell("cd \(directory.path) && pwd -P")).output
    #expect(try run(request).output == real)
  }

  @Test func standardStreamsCanBeFiles() throws {
    let directory = try TemporaryDirectory()
    let input = try Descriptor.open(try directory.write("in", "input", mode: 0o644), .readOnly)
    let output = try Descriptor.open(directory.path + "/out", [.writeOnly, .create])
    let errors = try Descriptor.open(directory.path + "/err", [.writeOnly, .create])
    var request = SpawnRequest.shell("cat; echo problem >&2")
    request.standardInput = input.rawValue
    request.standardOutput = output.rawValue
    request.standardError = errors.rawValue
    #expect(try Spawner.spawn(request).wait()?.outcome == .exited(0))
    #expect(try directory.contents("out") == "input")
    #expect(try directory.contents("err") == "problem\n")
  }

  @Test func standardStreamsCanBeSwapped() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      for (number, name) in [(STDOUT_FILENO, "one"), (STDERR_FILENO, "two")] {
        let file = try Descriptor.open(directory.path + "/" + name, [.writeOnly, .create])
        dup2(file.rawValue, number)
      }
      var request = SpawnRequest.shell("echo output; echo errors >&2")
      request.standardOutput = STDERR_FILENO
      request.standardError = STDOUT_FILENO
      let end = try Spawner.spawn(request).wait()
      #expect(end?.outcome == .exited(0))
      // The test library may write there too.
      #expect(try directory.contents("one")?.contains("errors\n") == true)
      #expect(try directory.contents("two")?.contains("output\n") == true)
    }
  }

  @Test func whatTheCallersCallerLeftOpenIsPassedOnAndNothingElse() async {
    await #expect(processExitsWith: .success) {
      let inherited = try Descriptor.open("/dev/null", .readOnly)
      _ = fcntl(inherited.rawValue, F_SETFD, 0)
      let own = try Descriptor.open("/dev/null", .readOnly)
      var request = request("/bin/ls", "/proc/self/fd")
      let passed = try run(request).output.split(separator: "\n").compactMap { Int32($0) }
      #expect(passed.contains(inherited.rawValue))
      #expect(!passed.contains(own.rawValue))
      request.closesOtherDescriptors = true
      let kept = try run(request).output.split(separator: "\n").compactMap { Int32($0) }
      // ls itself has the directory open, as the lowest free number.
      #expect(kept == [0, 1, 2, 3])
    }
  }

  @Test func closedStandardStreamsStayClosedForTheCommand() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = directory.path + "/fds"
      close(STDIN_FILENO)
      close(STDERR_FILENO)
      try StandardStreams.reserve()
      let own = try Descriptor.open("/dev/null", .readOnly)
      #expect(own.rawValue > 2)
      let (end, output) = try run(request("/bin/sh", "-c", "exec /bin/ls /proc/self/fd"))
      #expect(end.outcome == .exited(0))
      // ls gets 0, the lowest free number, for the directory.
      #expect(output.split(separator: "\n").filter { $0 == "2" }.isEmpty, "\(path)")
    }
  }

  @Test func whatTheCommandIsToHaveItHas() throws {
    var request = SpawnRequest.shell(
      "cat /proc/self/oom_score_adj; cut -d' ' -f19 /proc/self/stat; cat /proc/self/timerslack_ns; ulimit -n; ulimit -Hn"
    )
    request.oomScoreAdjustment = 500
    request.nice = 7
    request.timerSlack = 123_456
    request.resourceLimits = [
      ResourceLimit(number: Int32(RLIMIT_NOFILE.rawValue), name: "nofile", soft: 50, hard: 60)
    ]
    #expect(try run(request).output.split(separator: "\n") == ["500", "7", "123456", "50", "60"])
  }

  @Test func whatIsToldAsTheOwnLimitIsWhatTheCommandFinds() throws {
    let own = try ResourceLimit.current(number: Int32(RLIMIT_NOFILE.rawValue), name: "nofile")
    let words = [own.soft, own.hard].map { $0.map(String.init) ?? "unlimited" }
    #expect(try run(.shell("ulimit -Sn; ulimit -Hn")).output == words.map { $0 + "\n" }.joined())
    #expect(throws: SystemError.self) { try ResourceLimit.current(number: 99, name: "none") }
  }

  @Test func aSignalAtTheParentsEndReachesIt() async throws {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .exitCode(0)) { [path = directory.path as String] in
      var request = request("/bin/sleep", "60")
      request.parentDeathSignal = .kill
      let child = try Spawner.spawn(request)
      try Descriptor.open(path + "/pid", [.writeOnly, .create]).writeAll("\(child.pid)".utf8)
      _exit(0)
    }
    let pid = try #require(try directory.contents("pid").flatMap { Int32($0) })
    try eventually { !isRunning(pid) }
  }
}

extension SpawnRequest {
  static func shell(_ script: String) -> SpawnRequest { request("/bin/sh", "-c", script) }
}
