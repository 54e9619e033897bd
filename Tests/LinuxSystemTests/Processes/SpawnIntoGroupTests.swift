import Glibc
import ResourceModel
import SystemPackage
import Testing

@testable import LinuxSystem

@Suite(
  "Starting in a group",
  .enabled(if: LiveGroup.obstacle == nil, "needs a cgroup v2 in which groups can be made"),
  .timeLimit(.minutes(15)))
struct SpawnIntoGroupTests {
  @Test func itIsThereFromTheStart() throws {
    let group = try LiveGroup()
    let open = try group.open()
    var request = SpawnRequest.shell("cat /proc/self/cgroup")
    request.cgroup = open.rawValue
    let output = try run(request).output
    #expect(CgroupPath(bytes: output.bytes)?.path.hasSuffix("/" + group.name) == true)
    #expect(try group.processes().isEmpty)
    // Even of a command as short as this one.
    let usage = KernelText.value(of: "usage_usec", in: try SmallFile.read(at: open, "cpu.stat"))
    #expect(try #require(usage) > 0)
  }

  @Test func aPlaceInTheTreeIsEnough() throws {
    let group = try LiveGroup()
    let place = try Descriptor.open(group.path, [.pathOnly, .directory])
    var request = request("/bin/true")
    request.cgroup = place.rawValue
    let child = try Spawner.spawn(request)
    let wasCloned = child.wasClonedIntoGroup
    #expect(wasCloned)
    #expect(try child.wait()?.outcome == .exited(0))
  }

  @Test func whereClone3IsFilteredTheChildMovesItselfBeforeItsExec() async throws {
    let group = try LiveGroup()
    await #expect(processExitsWith: .success) { [path = group.path as String] in
      try refuseClone3()
      let open = try Descriptor.open(path, [.readOnly, .directory])
      var request = request("/bin/sleep", "60")
      request.cgroup = open.rawValue
      let child = try Spawner.spawn(request)
      let wasCloned = child.wasClonedIntoGroup
      #expect(!wasCloned)
      #expect(try LiveGroup.processes(path) == [child.pid])
      try child.send(.kill)
      let end = try child.wait()
      #expect(end?.outcome == .signaled(.kill))

      request.executable = "/nonexistent"
      let failing = request
      #expect { _ = try Spawner.spawn(failing).pid } throws: { ($0 as? SpawnError)?.stage == .execute }
    }
  }
}

/// Installs a seccomp filter that answers ENOSYS to clone3, as some containers' do.
private func refuseClone3() throws {
  // struct sock_filter { u16 code; u8 jt, jf; u32 k }: the call's number is the first word of seccomp_data, clone3's
  // is 435 on every machine, ENOSYS 38.
  func instruction(_ code: UInt64, _ whenTrue: UInt64, _ whenFalse: UInt64, _ value: UInt64) -> UInt64 {
    code | whenTrue << 16 | whenFalse << 24 | value << 32
  }
  let filter = [
    instruction(0x20, 0, 0, 0), instruction(0x15, 0, 1, 435), instruction(0x06, 0, 0, 0x0005_0000 | 38),
    instruction(0x06, 0, 0, 0x7fff_0000),
  ]
  typealias ProcessControlCall = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
  let symbol = try #require(dlsym(dlopen(nil, RTLD_NOW), "prctl"))
  let prctl = unsafeBitCast(symbol, to: ProcessControlCall.self)
  try #require(prctl(38, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS")
  let installed = filter.withUnsafeBytes { instructions in
    withUnsafeBytes(of: (UInt(instructions.count / 8), UInt(bitPattern: instructions.baseAddress))) {
      program in
      prctl(22, 2, UInt(bitPattern: program.baseAddress), 0, 0)
    }
  }
  try #require(installed == 0, "PR_SET_SECCOMP")
}
