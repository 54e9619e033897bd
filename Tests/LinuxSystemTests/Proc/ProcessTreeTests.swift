import ResourceModel
import Testing

@testable import LinuxSystem

@Suite("Descent")
struct ProcessTreeTests {
  private func process(_ pid: Int32, childOf parent: Int32) throws -> ProcessStat {
    try #require(ProcessStat(bytes: "\(pid) (x) S \(parent) 1 1 0 -1 \(ProcessStatTests.rest)".bytes))
  }

  @Test func grandchildrenAreFoundNearestFirst() throws {
    let list = try [
      process(5, childOf: 4), process(2, childOf: 1), process(4, childOf: 2), process(3, childOf: 2),
      process(9, childOf: 8),
    ]
    #expect(ProcessTree.descendants(of: 2, among: list).map(\.pid).sorted() == [3, 4, 5])
    #expect(ProcessTree.descendants(of: 2, among: list).last?.pid == 5)
    #expect(ProcessTree.descendants(of: 9, among: list).isEmpty)
  }

  @Test func aCircleEnds() throws {
    let list = try [process(2, childOf: 3), process(3, childOf: 2), process(4, childOf: 4)]
    #expect(ProcessTree.descendants(of: 2, among: list).map(\.pid) == [3])
    #expect(ProcessTree.descendants(of: 4, among: list).isEmpty)
  }

  @Test func aChildOfAChildIsFoundAlive() throws {
    let child = try spawn("/bin/sh", "-c", "sleep 60 & wait")
    defer { end(child.pid) }
    try eventually { try ProcessTree.descendants(of: child.pid).contains { $0.command == "sleep" } }
    for process in try ProcessTree.descendants(of: child.pid) { end(process.pid) }
    _ = try child.wait()
  }

  @Test func theKernelsListsTellTheSameAsAScan() throws {
    let child = try spawn("/bin/sh", "-c", "(sleep 60 & wait) & sleep 60 & wait")
    defer { end(child.pid) }
    let pid = child.pid
    try eventually { try ProcessTree.descendants(of: pid).filter { $0.command == "sleep" }.count == 2 }
    let scanned = try ProcessTree.descendants(of: pid)
    guard let listed = ProcessTree.listedDescendants(of: pid) else {
      for process in scanned { end(process.pid) }
      try Test.cancel("needs CONFIG_PROC_CHILDREN")
    }
    #expect(Set(listed.map(\.pid)) == Set(scanned.map(\.pid)))
    for process in scanned { end(process.pid) }
    _ = try child.wait()
    #expect(ProcessTree.listedDescendants(of: pid) == nil)
  }

  @Test func theCPUClockOfAProcessMovesAndIsReadableUntilItWasWaitedFor() throws {
    let child = try spawn("/bin/sh", "-c", "while :; do :; done")
    let pid = child.pid
    try eventually { ProcessClock.cpuTime(pid: pid).map { $0 > .milliseconds(5) } == true }
    try child.send(.kill)
    try eventually { try ProcessStat.read(pid: pid).isZombie }
    let last = try #require(ProcessClock.cpuTime(pid: pid))
    let end = try #require(try child.wait())
    #expect(end.userTime + end.systemTime <= last + .milliseconds(1))
    #expect(ProcessClock.cpuTime(pid: pid) == nil)
    #expect(ProcessClock.cpuTime(pid: 0) == nil && ProcessClock.cpuTime(pid: -1) == nil)
  }

  @Test func aMarkedEnvironmentIsFound() throws {
    let marker = "RMRUN_TEST=" + (try RandomName.make(count: 12))
    var request = request("/bin/sleep", "60")
    request.environment = ["A=1", NativeString(marker), "B=2"]
    let child = try Spawner.spawn(request)
    defer { end(child.pid) }
    // The kernel closes the spawn's pipe a moment before it has laid out the new environment.
    try eventually { try ProcessTree.marked(marker, user: OwnProcess.effectiveUser) == [child.pid] }
    #expect(try ProcessTree.marked(marker + "x", user: OwnProcess.effectiveUser).isEmpty)
    #expect(try ProcessTree.marked(marker, user: 4_000_000).isEmpty)
    #expect(ProcessTree.environment("B", of: child.pid) == "2")
    #expect(ProcessTree.environment("C", of: child.pid) == nil)
    try child.send(.kill)
    _ = try child.wait()
  }
}
