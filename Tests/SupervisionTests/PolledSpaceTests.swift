import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@testable import Supervision

@Suite("What a work directory holds, polled")
struct PolledSpaceTests {
  private let directory: TemporaryDirectory
  private let start = Clock.boottime()

  init() throws { directory = try TemporaryDirectory() }

  private func space() throws -> PolledSpace {
    PolledSpace(
      directory.path, TreeSpace(of: try directory.open()), size: ByteCount(bytes: 1 << 30))
  }

  /// Samples, a minute apart each time so that no pause matters, until the count is there.
  private func settled(_ space: inout PolledSpace, hasMoved: Bool, after minutes: Int) -> WorkSpace? {
    let deadline = Clock.boottime().advanced(by: .seconds(30))
    let before = space.held
    _ = space.sample(at: start.advanced(by: .seconds(60 * minutes)), hasMoved: hasMoved)
    while space.held == before, Clock.boottime() < deadline {
      Clock.sleep(.milliseconds(1))
      _ = space.sample(at: start.advanced(by: .seconds(60 * minutes)), hasMoved: false)
    }
    return space.held
  }

  @Test func whatIsThereIsCountedAtFirst() throws {
    try directory.write("file", [UInt8](repeating: 120, count: 3 << 20))
    var space = try space()
    #expect(space.held == nil)
    #expect(try #require(settled(&space, hasMoved: false, after: 1)).space.bytes >> 20 == 3)
    #expect(space.held?.files == 2)
  }

  @Test func aJobThatStandsStillIsNotLookedAtAgain() throws {
    var space = try space()
    let first = try #require(settled(&space, hasMoved: true, after: 1))
    try directory.write("file", [UInt8](repeating: 120, count: 3 << 20))
    _ = space.sample(at: start.advanced(by: .seconds(600)), hasMoved: false)
    Clock.sleep(.milliseconds(50))
    #expect(space.sample(at: start.advanced(by: .seconds(1200)), hasMoved: false) == first)
    #expect(try #require(settled(&space, hasMoved: true, after: 30)).space.bytes >> 20 == 3)
  }

  @Test func whatLiesTooDeepIsNotForgotten() throws {
    var space = try space()
    #expect(try #require(settled(&space, hasMoved: true, after: 1)).isBeyondCounting == false)
    var place = try directory.open()
    for _ in 0...TreeMissed.depth {
      try place.makeDirectory("deeper")
      place = try place.open("deeper", [.readOnly, .directory])
    }
    #expect(try #require(settled(&space, hasMoved: true, after: 2)).isBeyondCounting)
  }

  @Test func moreEntriesThanAreLookedAtAreNotForgotten() throws {
    for name in ["a", "b"] { try directory.write(name, "") }
    var space = PolledSpace(
      directory.path, TreeSpace(of: try directory.open(), atMost: 1), size: ByteCount(bytes: 1 << 30))
    #expect(try #require(settled(&space, hasMoved: true, after: 1)).isBeyondCounting)
  }

  @Test func aDirectoryThatIsMadeAnewIsFollowed() throws {
    var space = try space()
    _ = try #require(settled(&space, hasMoved: true, after: 1))
    try Descriptor.open("/", [.readOnly, .directory]).removeDirectory(directory.path)
    try directory.writeAnew("file", [UInt8](repeating: 120, count: 5 << 20))
    #expect(try #require(settled(&space, hasMoved: true, after: 2)).space.bytes >> 20 == 5)
  }
}

extension TemporaryDirectory {
  /// Makes the directory again, and a file in it.
  fileprivate func writeAnew(_ name: String, _ bytes: [UInt8]) throws {
    try Descriptor.open("/", [.readOnly, .directory]).makeDirectory(path)
    try write(name, bytes)
  }
}
