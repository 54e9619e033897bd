import Glibc
import ResourceModel
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("What a tree of files holds")
struct TreeSpaceTests {
  private let directory: TemporaryDirectory
  private let space: TreeSpace

  init() throws {
    directory = try TemporaryDirectory()
    space = TreeSpace(of: try directory.open())
  }

  /// What is there beyond the empty directory, in MiB; directories take some KiB.
  private func mebibytes() throws -> UInt64 { try #require(space.count()).bytes >> 20 }

  private func fill(_ name: String, mebibytes: Int = 1) throws {
    try directory.write(name, [UInt8](repeating: 120, count: mebibytes << 20))
  }

  @Test func allBelowCounts() throws {
    try fill("a", mebibytes: 2)
    try fill("one/b")
    try fill("one/two/c")
    #expect(try mebibytes() == 4)
    unlink(directory.path + "/a")
    #expect(try mebibytes() == 2)
  }

  @Test func holesTakeNoRoom() throws {
    try directory.write("sparse", "")
    #expect(truncate(directory.path + "/sparse", 1 << 40) == 0)
    #expect(try mebibytes() == 0)
  }

  @Test func aFileOfSeveralNamesCountsOnce() throws {
    try fill("a", mebibytes: 3)
    try fill("one/b")
    for name in ["b", "c", "one/d"] { #expect(link(directory.path + "/a", directory.path + "/" + name) == 0) }
    #expect(try mebibytes() == 4)
  }

  @Test func filesOfAllKindsCountAndOneOfSeveralNamesOnce() throws {
    try directory.write("a", "")
    try directory.write("one/b", "")
    try directory.link("link", to: "a")
    // The directory, another one, two files and a link.
    #expect(space.count()?.files == 5)
    for name in ["b", "c", "one/d"] { #expect(link(directory.path + "/a", directory.path + "/" + name) == 0) }
    #expect(space.count()?.files == 5)
    #expect(space.count()?.missed.isNothing == true)
  }

  @Test func linksAreNotFollowed() throws {
    let outside = try TemporaryDirectory()
    try outside.write("big", [UInt8](repeating: 120, count: 4 << 20))
    try directory.link("out", to: outside.path)
    try directory.link("file", to: outside.path + "/big")
    try directory.link("self", to: ".")
    #expect(try mebibytes() == 0)
  }

  @Test func otherFileSystemsAreNotEntered() throws {
    let (outer, inner) = ("/dev", "/dev/shm")
    guard try FileStatus.of(outer).device != FileStatus.of(inner).device else { return }
    let file = inner + "/rmrun-test-" + (try RandomName.make(count: 12))
    try Descriptor.open(file, [.writeOnly, .create]).writeAll([UInt8](repeating: 120, count: 4 << 20))
    defer { unlink(file) }
    #expect(try #require(TreeSpace(of: try .open(outer, [.readOnly, .directory])).count()).bytes < 4 << 20)
  }

  @Test func aTreeDeeperThanAPathCanBeEnds() throws {
    var place = try directory.open()
    for _ in 0..<1000 {
      try place.makeDirectory("deeper")
      place = try place.open("deeper", [.readOnly, .directory])
    }
    let missed = try #require(space.count()).missed
    #expect(missed.deep == 1)
    #expect(missed.unopened == 0 && !missed.isEndless)
  }

  @Test(arguments: [(TreeMissed.depth, 0), (TreeMissed.depth + 1, 1)] as [(Int, UInt64)])
  func soManyDirectoriesDeepIsReached(depth: Int, missed: UInt64) throws {
    var place = try directory.open()
    for _ in 0..<depth {
      try place.makeDirectory("deeper")
      place = try place.open("deeper", [.readOnly, .directory])
    }
    #expect(try #require(space.count()).missed.deep == missed)
  }

  @Test(arguments: [(4, false), (3, true)] as [(UInt32, Bool)])
  func entriesBeyondThoseThatAreLookedAtAreMissed(most: UInt32, isEndless: Bool) throws {
    for name in ["a", "b", "one/c"] { try directory.write(name, "") }
    let answer = try #require(TreeSpace(of: try directory.open(), atMost: most).count())
    #expect(answer.missed.isEndless == isEndless)
    #expect(answer.files == UInt64(most) + 1)
  }

  @Test func itIsAskedAside() throws {
    try fill("a", mebibytes: 2)
    #expect(space.takeAnswer() == nil)
    #expect(space.ask())
    var answer: TreeSpace.Answer?
    let deadline = Clock.boottime().advanced(by: .seconds(30))
    while answer == nil, Clock.boottime() < deadline {
      answer = space.takeAnswer()
      Clock.sleep(.milliseconds(1))
    }
    #expect(try #require(answer).bytes >> 20 == 2)
    #expect(answer?.cpuTime ?? .zero > .zero)
    #expect(space.takeAnswer() == nil)
  }

  @Test func aDirectoryThatIsRemovedIsKnownToBe() throws {
    try directory.write("one/file", "")
    let inner = TreeSpace(of: try .open(directory.path + "/one", [.readOnly, .directory]))
    #expect(!inner.isRemoved)
    unlink(directory.path + "/one/file")
    rmdir(directory.path + "/one")
    #expect(inner.isRemoved)
    #expect(inner.count() != nil)
  }
}
