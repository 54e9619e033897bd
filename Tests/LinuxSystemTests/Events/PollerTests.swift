import Glibc
import ResourceModel
import SystemPackage
import Testing

@testable import LinuxSystem

/// Both ends of a pipe.
private func pipe() throws -> (reader: Int32, writer: Int32) {
  var ends: [Int32] = [-1, -1]
  try #require(Glibc.pipe(&ends) == 0)
  return (ends[0], ends[1])
}

@Suite("Waiting", .timeLimit(.minutes(15)))
struct PollerTests {
  @Test func whatIsReadyIsToldByItsToken() throws {
    var poller = try Poller()
    let (reader, writer) = try pipe()
    defer { close(reader) }
    try poller.add(reader, token: 7, events: .readable)
    #expect(try poller.wait(until: Instant(nanoseconds: 0)).isEmpty)
    #expect(write(writer, "x", 1) == 1)
    let ready = try poller.wait(until: nil)
    #expect(ready.map(\.token) == [7])
    #expect(ready.first?.events == .readable)
    close(writer)
    #expect(try poller.wait(until: nil).first?.events == [.readable, .hangup])
  }

  @Test("it wakes at the deadline, not before", arguments: [0, 1, 5, 30])
  func deadline(_ milliseconds: Int) throws {
    var poller = try Poller()
    for _ in 0..<3 {
      let deadline = Clock.boottime().advanced(by: .milliseconds(milliseconds))
      #expect(try poller.wait(until: deadline).isEmpty)
      #expect(Clock.boottime() >= deadline)
    }
  }

  @Test func aDeadlineThatPassedBlocksNeitherThisNorTheNextWait() throws {
    var poller = try Poller()
    #expect(try poller.wait(until: Instant(nanoseconds: .min)).isEmpty)
    #expect(try poller.wait(until: Instant(nanoseconds: 0)).isEmpty)
    #expect(try poller.wait(until: Clock.boottime().advanced(by: .milliseconds(1))).isEmpty)
  }

  @Test func anEventBeforeTheDeadlineDoesNotWaitForIt() throws {
    var poller = try Poller()
    let (reader, writer) = try pipe()
    defer {
      close(reader)
      close(writer)
    }
    try poller.add(reader, token: 1, events: .readable)
    #expect(write(writer, "x", 1) == 1)
    #expect(try poller.wait(until: Clock.boottime().advanced(by: .seconds(3600))).count == 1)
    #expect(try poller.wait(until: Instant(nanoseconds: .max)).count == 1)
    // An old deadline that passes while another is waited for doesn't wake anybody.
    #expect(try poller.wait(until: Clock.boottime().advanced(by: .milliseconds(1))).count == 1)
    usleep(5000)
    #expect(try poller.wait(until: nil).map(\.token) == [1])
  }

  @Test func whatWasRemovedIsToldNoMore() throws {
    var poller = try Poller()
    let (reader, writer) = try pipe()
    defer { close(reader) }
    try poller.add(reader, token: 1, events: .readable)
    try poller.remove(reader)
    close(writer)
    #expect(try poller.wait(until: Clock.boottime().advanced(by: .milliseconds(1))).isEmpty)
    #expect(throws: SystemError.self) { try poller.remove(reader) }
  }

  @Test func theEndOfAChildIsAnEvent() throws {
    var poller = try Poller()
    let child = try spawn("/bin/sh", "-c", "exit 3")
    try poller.add(child.rawValue, token: 3, events: .readable)
    #expect(try poller.wait(until: nil).map(\.token) == [3])
    #expect(try child.wait(hangs: false)?.outcome == .exited(3))
  }

  @Test(.enabled(if: LiveGroup.obstacle == nil, "needs a cgroup v2 in which groups can be made"))
  func aGroupThatFillsAndEmptiesIsAnEvent() throws {
    let group = try LiveGroup()
    let events = try KernelFile(path: group.path + "/cgroup.events")
    var poller = try Poller()
    try poller.add(events.rawValue, token: 1, events: .priority)
    #expect(try events.read().starts(with: "populated 0".utf8))
    // The first wait tells of the state before any change; reading settles it.
    _ = try poller.wait(until: Clock.boottime().advanced(by: .milliseconds(1)))
    _ = try events.read()
    let open = try group.open()
    var request = request("/bin/sleep", "60")
    request.cgroup = open.rawValue
    let child = try Spawner.spawn(request)
    #expect(try poller.wait(until: nil).first?.events.contains(.priority) == true)
    #expect(try events.read().starts(with: "populated 1".utf8))
    try SmallFile.write(at: open, "cgroup.kill", "1")
    #expect(try poller.wait(until: nil).map(\.token) == [1])
    #expect(try events.read().starts(with: "populated 0".utf8))
    #expect(try child.wait()?.outcome == .signaled(.kill))
  }
}
