import LinuxSystem
import ResourceModel
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Supervision

@Suite("Work directories")
struct WorkDirectoryTests {
  private func spec(in directory: String, _ change: (inout JobLimits) -> Void = { _ in }) -> JobSpec {
    var limits = JobLimits()
    limits.workSize = .atMost(ByteCount(bytes: 1 << 20))
    change(&limits)
    var spec = JobSpec(command: ["true"], limits: limits)
    spec.workingDirectory = directory
    return spec
  }

  @Test func withoutASizeThereIsNone() throws {
    #expect(try WorkDirectory(spec(in: "/tmp") { $0.workSize = .unlimited }) == nil)
  }

  @Test func itIsWhereLinksLead() throws {
    let directory = try TemporaryDirectory()
    try directory.write("real/file", "")
    try directory.link("link", to: "real")
    #expect(try WorkDirectory(spec(in: directory.path + "/link"))?.path == directory.path + "/real")
  }

  @Test func aJobHasToBeAbleToWriteThere() throws {
    let directory = try TemporaryDirectory()
    try directory.write("work/file", "")
    let work = directory.path + "/work"
    func isTaken(_ change: (inout JobLimits) -> Void) -> Bool {
      (try? WorkDirectory(spec(in: work, change))) != nil
    }
    #expect(isTaken { _ in })
    #expect(isTaken { $0.confinement.level = .strict })
    #expect(!isTaken { $0.confinement.isolated = [.mount] })
    #expect(!isTaken { $0.confinement.writable = ["/usr"] })
    #expect(!isTaken { $0.confinement.readable = [work] })
    #expect(isTaken { $0.confinement.writable = [work] })
    #expect(isTaken { $0.confinement.writable = ["/usr", directory.path] })
    #expect(throws: SupervisionError.self) { try WorkDirectory(spec(in: "/")) }
  }

  @Test func whatIsDoneAsideIsDoneBeforeItIsTakenBack() throws {
    final class Flag: Sendable {
      let isUp = Atomic(false)
    }
    let done = Flag()
    func fail(_: Int32) throws(SystemError) { throw SystemError("wait", code: .other) }
    #expect(throws: SystemError.self) {
      try WorkDirectory.aside(fail) {
        Clock.sleep(.milliseconds(50))
        done.isUp.store(true, ordering: .releasing)
      }
    }
    let wasDone = done.isUp.load(ordering: .acquiring)
    #expect(wasDone)
  }

  @Test(arguments: [
    ("8:16-1342177280", true), ("8:16-1610612735", true), ("8:16-1610612736", false),
    ("8:16-1342177279", false), ("8:16", false), ("-1382875136", false), ("8:16-1382875136-1", false),
    ("8:16-x", false), ("", false),
  ])
  func recordsHaveNames(name: String, isOne: Bool) {
    let parsed = RecordName.parse(name)
    #expect((parsed != nil) == isOne)
    if let (device, project) = parsed { #expect(RecordName(device: device).of(project) == name) }
  }

  @Test(
    arguments: [
      (0, 0x5000_0000), (0x0fff_ffff, 0x5fff_ffff), (0x1000_0001, 0x5000_0001), (.max, 0x5fff_ffff),
    ] as [(UInt32, UInt32)])
  func numbersAreOfAllTheRange(random: UInt32, number: UInt32) {
    #expect(ProjectRecords.number(of: random) == ProjectNumber(number))
  }

  @Test(arguments: [("4096 /a b\0", "/a b"), ("4096 /\0", "/"), ("4096 /a\nb\08192\08", "/a\nb")])
  func recordsAreReadBack(text: String, path: String) throws {
    let content = try #require(ProjectRecord.Content(parsing: Array(text.utf8)))
    #expect(content.path == path)
    // What follows the last zero was cut short.
    #expect(content.sizes == (text.contains("8192") ? [4096, 8192] : [4096]))
    #expect(text.hasPrefix(content.text))
  }

  @Test func aRecordKnowsItsFileSystem() throws {
    var text = ProjectRecord.Content(size: ByteCount(bytes: 4096), path: "/a", on: 0xfeed_0000_0000_0001).text
    text += ProjectRecord.Content.text(adding: 8192)
    let content = try #require(ProjectRecord.Content(parsing: Array(text.utf8)))
    #expect(content.path == "/a" && content.sizes == [4096, 8192])
    #expect([0xfeed_0000_0000_0001, 0xfeed_0000_0000_0002].map(content.isOn) == [true, false])
    let before = try #require(ProjectRecord.Content(parsing: Array("4096 /a\u{0}8192\u{0}".utf8)))
    #expect(before.fileSystem == nil && before.isOn(7))
  }

  @Test func aFileSystemHasOneIdentityForAllThatLiesThere() throws {
    let directory = try TemporaryDirectory()
    try directory.write("below/file", "")
    let below = try Descriptor.open(directory.path + "/below", [.readOnly, .directory])
    #expect(try below.fileSystemID() == directory.open().fileSystemID())
  }

  @Test(arguments: ["", "4096 /a", "4096 a\0", "x /a\0", "-1 /a\0", "4096\0", " /a\0", "\04096 /a\0"])
  func whatIsIncompleteIsNoRecord(text: String) {
    #expect(ProjectRecord.Content(parsing: Array(text.utf8)) == nil)
  }

  /// A size, a limit that is read, and whether it is that of the size: in KiB, or in whole blocks.
  @Test(
    arguments: [
      (4096, 4096, true), (5000, 4096, true), (5000, 8192, true), (5000, 65536, true), (5000, 3072, false),
      (5000, 4096 + 65536, false), (1 << 30, 1 << 30, true), (1 << 30, 1 << 29, false),
      (1 << 30, 1 << 31, false),
    ] as [(UInt64, UInt64, Bool)])
  func limitsAreKnownAsTheFileSystemKeepsThem(size: UInt64, limit: UInt64, isThat: Bool) {
    #expect(ProjectRecord.Content(size: ByteCount(bytes: size), path: "/a").hasSet(limit) == isThat)
  }

  @Test func eachSizeThatWasAddedIsKnown() throws {
    var text = ProjectRecord.Content(size: ByteCount(bytes: 1 << 20), path: "/a").text
    text += ProjectRecord.Content.text(adding: 4 << 20)
    let content = try #require(ProjectRecord.Content(parsing: Array(text.utf8)))
    #expect([1 << 20, 2 << 20, 4 << 20].map(content.hasSet) == [true, false, true])
  }

  @Test func aRecordIsForgottenOnlyOnceItsLimitIsSeenToBeGone() throws {
    let directory = try TemporaryDirectory()
    let records = ProjectRecords(try directory.open())
    // One of a file system that is mounted, and has no quotas that could be asked for; and one of none.
    let device = try FileStatus.of("/proc").device
    let names = [RecordName(device: device), RecordName(device: DeviceNumber(major: 4095, minor: 1))]
      .map { $0.of(ProjectNumber(ProjectRecords.numbers.lowerBound)) }
    for name in names { try directory.write(name, "4096 /proc\0") }
    // No limit was set under one that was cut short.
    let short = RecordName(device: device).of(ProjectNumber(ProjectRecords.numbers.lowerBound + 1))
    try directory.write(short, "4096 /pr")
    #expect(try records.owner(of: short) == .unknown)
    #expect(records.sweep() == [])
    #expect(try directory.names() == names.sorted())
  }

  @Test func aRecordIsOnesAtATime() throws {
    let directory = try TemporaryDirectory()
    let records = ProjectRecords(try directory.open())
    let name = RecordName(device: DeviceNumber(major: 8, minor: 1)).of(
      ProjectNumber(ProjectRecords.numbers.lowerBound))
    do {
      let record = try #require(try records.hold(name))
      #expect(try records.hold(name) == nil)
      // Nothing stands in it.
      records.letGo(record)
      #expect(try directory.names() == [])
    }
    do {
      let record = try #require(try records.hold(name))
      try records.write(ProjectRecord.Content(size: ByteCount(bytes: 4096), path: "/a"), to: record)
      try records.add(8192, to: record)
      #expect(records.sweep() == [], "it is held")
    }
    // As after a crash.
    let record = try #require(try records.hold(name))
    #expect(record.content?.sizes == [4096, 8192])
    records.letGo(record)
    #expect(try directory.names() == [name])
  }

  @Test func aRecordOfManySizesIsReadAsAWholeAndHasEachOnce() throws {
    let directory = try TemporaryDirectory()
    let records = ProjectRecords(try directory.open())
    let name = RecordName(device: DeviceNumber(major: 8, minor: 1)).of(
      ProjectNumber(ProjectRecords.numbers.lowerBound))
    let record = try #require(try records.hold(name))
    try records.write(ProjectRecord.Content(size: ByteCount(bytes: 4096), path: "/a"), to: record)
    let sizes = (1...1000).map { UInt64($0) << 30 }
    for size in sizes + sizes { try records.add(size, to: record) }
    #expect(record.content?.sizes == [4096] + sizes)
  }

  @Test func manyMayAskForOneDeadJobsAtTheSameTime() throws {
    let directory = try TemporaryDirectory()
    let records = ProjectRecords(try directory.open())
    let name = RecordName(device: DeviceNumber(major: 8, minor: 1)).of(
      ProjectNumber(ProjectRecords.numbers.lowerBound))
    #expect(try records.owner(of: name) == .unknown)
    #expect(try directory.names() == [], "asking makes none")
    try directory.write(name, "4096 /a\0")
    for _ in 0..<2 { #expect(try records.owner(of: name) == .dead) }
    let record = try #require(try records.hold(name))
    #expect(try records.owner(of: name) == .living)
    records.remove(record)
    #expect(try records.owner(of: name) == .unknown, "it has no name any more")
  }

  @Test func whatWasNotReachedIsSaid() {
    var missed = TreeMissed()
    #expect(missed.sentence(of: "it") == nil)
    (missed.others, missed.projects) = (3, [ProjectNumber(7), ProjectNumber(9)])
    missed.deep = 1
    #expect(
      missed.sentence(of: "it")
        == "it: files in it, 3 of them, belong to other projects (7, 9); "
        + "what lies deeper than 200 directories is neither bounded nor counted")
    missed = TreeMissed()
    (missed.isEndless, missed.unopened, missed.failure) = (true, 2, .permissionDenied)
    #expect(
      missed.sentence(of: "it")
        == "it: of its files only 4194304 are looked at; files in it, 2 of them, can't be reached (\(Errno.permissionDenied))"
    )
  }
}
