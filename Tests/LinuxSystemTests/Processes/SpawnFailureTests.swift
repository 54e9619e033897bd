import Glibc
import ResourceModel
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

private func failure(_ request: SpawnRequest) -> SpawnError? {
  do throws(SpawnError) {
    let child = try Spawner.spawn(request)
    end(child.pid)
    return nil
  } catch {
    return error
  }
}

@Suite("A command that can't be started", .timeLimit(.minutes(15)))
struct SpawnFailureTests {
  @Test func aFileThatDoesNotExist() throws {
    let error = try #require(failure(request("/nonexistent/tool")))
    #expect(error.stage == .execute)
    #expect(error.underlying == .noSuchFileOrDirectory)
    #expect(error.isNotFound && error.isCommandsFault)
    #expect(error.description.contains("/nonexistent/tool"))
  }

  @Test func oneThatMayNotBeExecuted() throws {
    let directory = try TemporaryDirectory()
    let error = try #require(failure(request(try directory.write("tool", "#!/bin/sh\n", mode: 0o644))))
    #expect(error.underlying == .permissionDenied)
    #expect(!error.isNotFound && error.isCommandsFault)
  }

  @Test func anotherDirectoryInThePlaceOfTheOneToStartIn() throws {
    let directory = try TemporaryDirectory()
    try directory.write("meant/file", "")
    try directory.write("other/file", "")
    let meant = try Descriptor.open(directory.path + "/meant", [.readOnly, .directory])
    func started(at name: String, checked: Bool) -> SpawnRequest {
      var request = request("/bin/pwd")
      request.workingDirectory = meant.rawValue
      request.isInWorkingDirectory = checked
      var confinement = ProcessConfinement()
      confinement.directory = directory.path + "/" + name
      request.confinement = confinement
      return request
    }
    #expect(try run(started(at: "meant", checked: true)).output == directory.path + "/meant\n")
    let error = try #require(failure(started(at: "other", checked: true)))
    #expect(error.stage == .workingDirectory && !error.isCommandsFault)
    #expect(error.description.contains("another directory has been put in the place"))
    #expect(try run(started(at: "other", checked: false)).output == directory.path + "/other\n")
  }

  @Test func aDirectory() throws {
    #expect(failure(request("/tmp"))?.underlying == .permissionDenied)
  }

  @Test func aScriptWithoutAnInterpreterIsToldHowToGetOne() throws {
    let directory = try TemporaryDirectory()
    let error = try #require(failure(request(try directory.write("tool", "echo hello\n"))))
    #expect(error.underlying == Errno(rawValue: ENOEXEC))
    #expect(!error.isNotFound && error.isCommandsFault)
    #expect(error.description.contains("#!/bin/sh"))
  }

  @Test func aScriptWhoseInterpreterIsMissing() throws {
    let directory = try TemporaryDirectory()
    let error = try #require(failure(request(try directory.write("tool", "#!/nonexistent/sh\n"))))
    #expect(error.isNotFound)
    #expect(error.description.contains("interpreter"))
  }

  @Test func argumentsThatAreTooLong() throws {
    let error = try #require(failure(request("/bin/true", String(repeating: "x", count: 4 << 20))))
    #expect(error.underlying == .argListTooLong)
    #expect(error.isCommandsFault)
  }

  @Test func aWorkingDirectoryThatIsNone() throws {
    let file = try Descriptor.open("/dev/null", .readOnly)
    var request = request("/bin/true")
    request.workingDirectory = file.rawValue
    #expect(failure(request)?.stage == .workingDirectory)
    #expect(failure(request)?.isCommandsFault == false)
  }

  @Test func aStandardStreamThatIsClosed() {
    var request = request("/bin/true")
    request.standardOutput = 1_000_000
    #expect(failure(request)?.stage == .standardStreams)
  }

  @Test func aLimitThatTheKernelRefusesIsNamed() throws {
    let good = ResourceLimit(number: Int32(RLIMIT_CORE.rawValue), name: "core", soft: 0, hard: nil)
    let bad = ResourceLimit(number: Int32(RLIMIT_NOFILE.rawValue), name: "nofile", soft: 20, hard: 10)
    var request = request("/bin/true")
    request.resourceLimits = [good, bad]
    let error = try #require(failure(request))
    #expect(error.stage == .resourceLimit(bad))
    #expect(error.description.contains("nofile"))
  }

  @Test func anOOMScoreThatIsNone() {
    var request = request("/bin/true")
    request.oomScoreAdjustment = 2000
    #expect(failure(request)?.stage == .oomScore)
  }

  @Test func aGroupThatIsNone() throws {
    let directory = try TemporaryDirectory()
    let open = try directory.open()
    var request = request("/bin/true")
    request.cgroup = open.rawValue
    #expect([.clone, .cgroup].contains(failure(request)?.stage))
  }

  @Test(.enabled(if: LiveGroup.obstacle == nil, "needs a cgroup v2 in which groups can be made"))
  func aGroupThatVanished() throws {
    let group = try LiveGroup()
    let open = try group.open()
    try LiveGroup.parent().removeDirectory(group.name)
    var request = request("/bin/true")
    request.cgroup = open.rawValue
    let error = try #require(failure(request))
    #expect(error.stage == .clone)
    #expect(error.underlying == .noSuchFileOrDirectory || error.underlying.rawValue == ENODEV)
    #expect(!error.isCommandsFault)
  }

  @Test func tooManyOpenFiles() async {
    await #expect(processExitsWith: .success) {
      var held: [Int32] = []
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      var error: SpawnError?
      // A thread of the test's own machinery can close one at the wrong moment: then it was not too many.
      for _ in 0..<100 where error == nil {
        while let next = try? Descriptor.open("/dev/null", .readOnly).take() { held.append(next) }
        error = failure(request("/bin/true"))
      }
      // Whatever records an issue needs descriptors of its own.
      for number in held { close(number) }
      #expect(error?.stage == .clone)
      #expect(error?.underlying == .tooManyOpenFiles)
      #expect(error?.isCommandsFault == false)
    }
  }

  @Test func nothingOfAFailureIsLeft() async {
    await #expect(processExitsWith: .success) {
      _ = try? Spawner.spawn(request("/nonexistent/tool")).pid
      let before = try Descriptor.open("/proc/self/fd", [.readOnly, .directory]).entries().count
      for _ in 0..<50 {
        _ = try? Spawner.spawn(request("/nonexistent/tool")).pid
        var bad = request("/bin/true")
        bad.standardInput = 1_000_000
        _ = try? Spawner.spawn(bad).pid
      }
      #expect(try Descriptor.open("/proc/self/fd", [.readOnly, .directory]).entries().count == before)
      #expect(try ProcessTree.descendants(of: OwnProcess.pid).isEmpty)
    }
  }
}
