import LinuxSystem
import ResourceModel
import Testing

@testable import Supervision

@Suite("The census of processes", .timeLimit(.minutes(15)))
struct ProcessCensusTests {
  @Test("a job is its command with all descendants, and nobody else")
  func descendants() throws {
    let census = try ProcessCensus(adoptsOrphans: false)
    let stranger = try Script.start("exec sleep 60")
    let job = try Script.start("sleep 60 & (sleep 60 & wait) & wait")
    defer { [stranger.pid, job.pid].forEach { Script.end($0, in: census, "a") } }
    census.add(job: "a")
    census.start("a", command: job.pid)
    #expect(try eventually { try census.look("a").count == 4 })
    #expect(try census.look("a").contains { $0.pid == job.pid })
    #expect(try !census.look("a").contains { $0.pid == stranger.pid || $0.pid == OwnProcess.pid })
  }

  @Test("an orphan that was seen before is known again, wherever it went")
  func knownOrphan() throws {
    let census = try ProcessCensus(adoptsOrphans: false)
    let job = try Script.start("setsid env -i sleep 61 & sleep 0.4")
    census.add(job: "b")
    census.start("b", command: job.pid)
    #expect(
      try eventually { try census.look("b").contains { $0.command == "sleep" && $0.session == $0.pid } })
    _ = try job.wait()
    let left = try census.look("b")
    #expect(left.map(\.command) == ["sleep"])
    for process in left { Script.end(process.pid, in: census, "b") }
  }

  @Test("an orphan that was never seen is known by its environment")
  func markedOrphan() throws {
    let census = try ProcessCensus(adoptsOrphans: false)
    let id = try JobID.make()
    let job = try Script.start("setsid sleep 62 & exit 0", environment: [NativeString("RMRUN_JOB=" + id)])
    _ = try job.wait()
    census.add(job: id)
    census.start(id, command: job.pid)
    #expect(try eventually { try census.look(id).map(\.command) == ["sleep"] })
    for process in census.lastLook(id) { Script.end(process.pid, in: census, id) }
  }

  @Test("a child that was there before the first job is a stranger, reaped or not")
  func strangers() throws {
    let stranger = try Script.start("exit 3")
    let census = try ProcessCensus(adoptsOrphans: true)
    census.add(job: "c")
    #expect(!census.owns("c", reaped: stranger.pid))
    _ = try stranger.wait()
  }

  @Test("what nobody has seen is the only job's, and of several jobs nobody's")
  func unseen() throws {
    let census = try ProcessCensus(adoptsOrphans: true)
    census.add(job: "d")
    #expect(census.owns("d", reaped: 4_194_000))
    census.add(job: "e")
    #expect(!census.owns("d", reaped: 4_194_000))
    census.start("e", command: 4_194_001)
    #expect(census.owns("e", reaped: 4_194_001))
  }
}

@Suite("The backstop of jobs without a group")
struct ProcessBackstopTests {
  private func request(_ limits: JobLimits, with given: [ResourceLimit] = []) -> SpawnRequest {
    var request = SpawnRequest(executable: "x", arguments: [], environment: [], signals: .current())
    request.resourceLimits = given
    ProcessBackstop(limits, stopsWithSupervisor: true).add(to: &request)
    return request
  }

  @Test("no process may use more CPU time than the whole job with its grace")
  func cpuTime() {
    var limits = JobLimits()
    limits.cpuTime = .atMost(.seconds(5))
    limits.grace = .milliseconds(1500)
    let added = request(limits).resourceLimits
    #expect(added == [ResourceLimit(number: 0, name: "cpu", soft: 8, hard: 8)])
  }

  @Test("a job without a limit on CPU time gets none, and the user's own stays")
  func others() {
    #expect(request(JobLimits()).resourceLimits == [])
    var limits = JobLimits()
    limits.cpuTime = .atMost(.seconds(5))
    let own = ResourceLimit(number: 0, name: "cpu", soft: 90, hard: nil)
    #expect(request(limits, with: [own]).resourceLimits == [own])
  }

  @Test("the command stops with its supervisor")
  func deathSignal() {
    #expect(request(JobLimits()).parentDeathSignal == .stop)
  }
}

private enum Script {
  static func start(_ script: String, environment: [NativeString] = []) throws -> ChildProcess {
    try Spawner.spawn(
      SpawnRequest(
        executable: "/bin/sh", arguments: ["sh", "-c", NativeString(script)],
        environment: ["PATH=/usr/local/bin:/usr/bin:/bin"] + environment, signals: .current()))
  }

  /// Ends a process with all that the census has found below it.
  static func end(_ pid: Int32, in census: ProcessCensus, _ job: String) {
    for process in census.lastLook(job) { try? ProcessControl.send(.kill, to: process.pid) }
    try? ProcessControl.send(.kill, to: pid)
  }
}

/// Looks again and again until something holds; false when it does not within some seconds.
private func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = Clock.boottime().advanced(by: .seconds(20))
  while try !condition() {
    if Clock.boottime() > deadline { return false }
    var poller = try? Poller()
    _ = try? poller?.wait(until: Clock.boottime().advanced(by: .milliseconds(5)))
  }
  return true
}
