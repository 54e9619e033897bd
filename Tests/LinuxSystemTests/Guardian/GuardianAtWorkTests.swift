import Glibc
import ResourceModel
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

/// The supervisor is a process of its own that dies by SIGKILL in the middle of its work.
@Suite(
  "The guardian, when its supervisor is killed",
  .enabled(if: LiveGroup.obstacle == nil, "needs a cgroup v2 in which groups can be made"),
  .timeLimit(.minutes(15)))
struct GuardianAtWorkTests {
  @Test func itsJobIsKilledAndTheGroupRemoved() async throws {
    let group = try LiveGroup()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String] in
      let guardian = try Guardian.start()
      try guardian.watch(path, name)
      _ = try startJob(
        in: path, "setsid sleep 1000 & (sleep 1000 &) ; trap '' TERM; while :; do sleep 1000; done")
      try eventually { try LiveGroup.processes(path).count >= 3 }
      die()
    }
    try eventually { !group.exists }
  }

  @Test func groupsThatTheJobMadeAreRemovedWithIt() async throws {
    let group = try LiveGroup()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String] in
      let guardian = try Guardian.start()
      try guardian.watch(path, name)
      let open = try Descriptor.open(path, [.readOnly, .directory])
      for nested in ["main", "a", "a/b", "a/b/c", "a/d", "e"] { try open.makeDirectory(nested) }
      _ = try startJob(in: path + "/main", "sleep 1000")
      _ = try startJob(in: path + "/a/b/c", "sleep 1000")
      // One that the job froze itself.
      _ = try startJob(in: path + "/e", "sleep 1000")
      try SmallFile.write(path + "/e/cgroup.freeze", "1")
      die()
    }
    try eventually { !group.exists }
  }

  @Test func manyJobsAreEnded() async throws {
    let groups = try (0..<20).map { _ in try LiveGroup() }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [names = groups.map(\.name) as [String], path = groups[0].path as String] in
      let parent = path.prefix(path.count - names[0].count)
      let guardian = try Guardian.start()
      for (index, name) in names.enumerated() {
        try guardian.watch(parent + name, name, id: UInt64(index) + 1)
        _ = try startJob(in: parent + name, "sleep 1000")
      }
      die()
    }
    try eventually { groups.allSatisfy { !$0.exists } }
  }

  @Test func oneThatMayOpenNothingAnyMoreWaitsAllTheSame() async throws {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .signal(SIGKILL)) { [place = directory.path as String] in
      let guardian = try Guardian.start()
      try note(guardian.pid, at: place + "/guardian")
      // What any process of its user can do to it.
      let lowering = try spawn("/usr/bin/prlimit", "--pid", "\(guardian.pid)", "--nofile=0:0")
      #expect(try lowering.wait()?.outcome == .exited(0))
      // With the next message it asks the kernel to wait again.
      try guardian.release(id: 7)
      usleep(200_000)
      let before = try ProcessStat.read(pid: guardian.pid)
      usleep(400_000)
      let after = try ProcessStat.read(pid: guardian.pid)
      #expect(after.userTime + after.systemTime - before.userTime - before.systemTime < .milliseconds(100))
      die()
    }
    let guardian = try #require(try directory.contents("guardian").flatMap { Int32($0) })
    try eventually { !isRunning(guardian) }
  }

  @Test func aWatchThatWasReleasedIsForgotten() async throws {
    let group = try LiveGroup()
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String, place = directory.path as String] in
      let guardian = try Guardian.start()
      try guardian.watch(path, name)
      try note(guardian.pid, at: place + "/guardian")
      try note(try startJob(in: path, "sleep 1000"), at: place + "/job")
      try guardian.release(id: 1)
      die()
    }
    let guardian = try #require(try directory.contents("guardian").flatMap { Int32($0) })
    try eventually { !isRunning(guardian) }
    #expect(group.exists)
    let job = try #require(try directory.contents("job").flatMap { Int32($0) })
    #expect(try group.processes().contains(job))
  }

  @Test func aDirectoryThatTookTheNameIsLeftAlone() async throws {
    let group = try LiveGroup()
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String, place = directory.path as String] in
      let guardian = try Guardian.start()
      try note(guardian.pid, at: place + "/guardian")
      try guardian.watch(path, name)
      try LiveGroup.parent().removeDirectory(name)
      try LiveGroup.parent().makeDirectory(name)
      die()
    }
    let guardian = try #require(try directory.contents("guardian").flatMap { Int32($0) })
    try eventually { !isRunning(guardian) }
    #expect(group.exists)
  }

  @Test func aSecondGuardianTakesOverFromOneThatWasKilled() async throws {
    let group = try LiveGroup()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String] in
      let first = try Guardian.start()
      try first.watch(path, name)
      _ = try startJob(in: path, "sleep 1000")
      end(first.pid)
      try first.finish()
      let second = try Guardian.start()
      try second.watch(path, name)
      die()
    }
    try eventually { !group.exists }
  }

  @Test func itNoticesEvenIfSomebodyHoldsACopyOfItsSocket() async throws {
    let group = try LiveGroup()
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String, place = directory.path as String] in
      let guardian = try Guardian.start()
      try guardian.watch(path, name)
      for number in Int32(3)..<64 { _ = fcntl(number, F_SETFD, isSocket(number) ? 0 : FD_CLOEXEC) }
      try note(try spawn("/bin/sleep", "1000").pid, at: place + "/holder")
      die()
    }
    let holder = try #require(try directory.contents("holder").flatMap { Int32($0) })
    defer { end(holder) }
    try eventually { !group.exists }
    #expect(isRunning(holder))
  }

  /// The supervisor moves to its leaf first, and back first: it can be killed while nobody is there.
  @Test func aLeafThatNobodyIsInIsRemoved() async throws {
    let group = try LiveGroup()
    try group.open().makeDirectory("rmrun-supervisor")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = group.path as String] in
      let guardian = try Guardian.start()
      try guardian.watch(id: 1, place: try Descriptor.open(path, [.readOnly, .directory]), of: "job")
      die()
    }
    try eventually { (try? FileStatus.of(group.path + "/rmrun-supervisor")) == nil }
  }

  @Test func aLeafThatOthersAreInStays() async throws {
    let group = try LiveGroup()
    let directory = try TemporaryDirectory()
    try group.open().makeDirectory("rmrun-supervisor")
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, place = directory.path as String] in
      _ = try startJob(in: path + "/rmrun-supervisor", "sleep 1000")
      let guardian = try Guardian.start()
      try note(guardian.pid, at: place + "/guardian")
      try guardian.watch(id: 1, place: try Descriptor.open(path, [.readOnly, .directory]), of: "job")
      die()
    }
    let guardian = try #require(try directory.contents("guardian").flatMap { Int32($0) })
    try eventually { !isRunning(guardian) }
    #expect((try? FileStatus.of(group.path + "/rmrun-supervisor")) != nil)
  }

  @Test func theRecoveryCommandRunsBeforeTheGroupGoes() async throws {
    let group = try LiveGroup()
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String, place = directory.path as String] in
      let script =
        "cat \(path)/cgroup.events > \(place)/seen 2>&1; echo \"$WORD\" > \(place)/word; mv \(place)/word \(place)/done"
      let guardian = try Guardian.start(
        recovery: Guardian.Recovery(
          executable: "/bin/sh", arguments: ["sh", "-c", NativeString(script)],
          environment: ["WORD=recovered", "PATH=/bin:/usr/bin"]))
      try guardian.watch(path, name)
      die()
    }
    try eventually { try directory.contents("done") == "recovered\n" }
    #expect(try directory.contents("seen")?.contains("populated 0") == true, "nothing lived in it any more")
    try eventually { !group.exists }
  }

  @Test(
    .enabled(if: OwnProcess.effectiveUser == 0, "needs root, to become a user who may not write cgroup.kill"))
  func withoutCgroupKillItFreezesAndWalks() async throws {
    let group = try LiveGroup()
    let open = try group.open()
    try open.makeDirectory("main")
    for file in ["", "/cgroup.procs", "/cgroup.freeze", "/main", "/main/cgroup.procs", "/main/cgroup.freeze"]
    {
      try #require(chown(group.path + file, 65534, 65534) == 0)
    }
    let directory = try TemporaryDirectory()
    try #require(chmod(directory.path, 0o777) == 0)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = group.path as String, name = group.name as String, place = directory.path as String] in
      let job = try startJob(
        in: path + "/main",
        "exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'sleep 999 & sleep 999'")
      try note(job, at: place + "/job")
      try eventually { try LiveGroup.processes(path + "/main").count >= 2 }
      try #require(setgid(65534) == 0 && setuid(65534) == 0)
      let guardian = try Guardian.start()
      try guardian.watch(path, name)
      die()
    }
    // The group itself is another user's to remove.
    try eventually { (try? FileStatus.of(group.path + "/main")) == nil }
    let job = try #require(try directory.contents("job").flatMap { Int32($0) })
    #expect(!isRunning(job))
  }
}

@Suite("The guardian, without groups", .timeLimit(.minutes(15)))
struct GuardianByMarkerTests {
  @Test func whatCarriesTheMarkerIsEndedAndNothingElse() async throws {
    let directory = try TemporaryDirectory()
    let marker = "RMRUN_TEST=" + (try RandomName.make(count: 12))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [marker = marker as String, place = directory.path as String] in
      let guardian = try Guardian.start()
      try guardian.watch(id: 1, marker: marker)
      var job = SpawnRequest.shell("setsid sleep 1000 & sleep 1000")
      job.environment = ["PATH=/bin:/usr/bin", NativeString(marker)]
      _ = try Spawner.spawn(job).pid
      var other = request("/bin/sleep", "1000")
      other.closesOtherDescriptors = true
      other.environment = [NativeString(marker + "x"), NativeString("X" + marker)]
      try note(try Spawner.spawn(other).pid, at: place + "/other")
      try eventually { try ProcessTree.marked(marker, user: OwnProcess.effectiveUser).count == 3 }
      die()
    }
    let other = try #require(try directory.contents("other").flatMap { Int32($0) })
    defer { end(other) }
    try eventually { try ProcessTree.marked(marker, user: OwnProcess.effectiveUser).isEmpty }
    #expect(isRunning(other))
  }

  @Test func whatDescendsFromItIsEndedEvenWithAClearedEnvironment() async throws {
    let directory = try TemporaryDirectory()
    let marker = "RMRUN_TEST=" + (try RandomName.make(count: 12))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [marker = marker as String, place = directory.path as String] in
      let guardian = try Guardian.start()
      try guardian.watch(id: 1, marker: marker)
      var job = SpawnRequest.shell("env -i sh -c 'echo $$ > \(place)/cleared; sleep 1000' & wait")
      job.closesOtherDescriptors = true
      job.environment = ["PATH=/bin:/usr/bin", NativeString(marker)]
      _ = try Spawner.spawn(job).pid
      try eventually { try TemporaryDirectory.contents(of: place + "/cleared")?.hasSuffix("\n") == true }
      die()
    }
    let cleared = try #require(try directory.contents("cleared").flatMap { Int32($0.dropLast()) })
    try eventually { !isRunning(cleared) }
  }
}

extension Guardian {
  fileprivate func watch(_ path: String, _ name: String, id: UInt64 = 1) throws {
    try watch(id: id, group: .open(path, [.readOnly, .directory]), in: LiveGroup.parent(), name: name)
  }
}

private func startJob(in group: String, _ script: String) throws -> Int32 {
  let open = try Descriptor.open(group, [.readOnly, .directory])
  var request = SpawnRequest.shell(script)
  request.cgroup = open.rawValue
  // The test library waits for the end of a pipe that it gave to this process.
  request.closesOtherDescriptors = true
  return try Spawner.spawn(request).pid
}

private func note(_ pid: Int32, at path: String) throws {
  try Descriptor.open(path, [.writeOnly, .create]).writeAll("\(pid)".utf8)
}

/// As a supervisor dies that somebody sent SIGKILL.
private func die() { kill(getpid(), SIGKILL) }

private func isSocket(_ number: Int32) -> Bool {
  var status = stat()
  return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
}
