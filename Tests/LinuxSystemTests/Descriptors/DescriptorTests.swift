import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("Descriptors")
struct DescriptorTests {
  private func isOpen(_ number: Int32) -> Bool { fcntl(number, F_GETFD) >= 0 }

  @Test func oneIsCloseOnExecWhateverMadeIt() throws {
    let directory = try TemporaryDirectory()
    let opened = try directory.open()
    let duplicate = try opened.duplicate()
    for number in [opened.rawValue, duplicate.rawValue] {
      #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test func takenItIsTheCallersToClose() throws {
    let number = try Descriptor.open("/dev/null", .readOnly).take()
    #expect(isOpen(number))
    #expect(close(number) == 0)
  }

  @Test func closingTwiceIsToldOnce() throws {
    let number = try Descriptor.open("/dev/null", .readOnly).take()
    try Descriptor(owning: number).close()
    #expect(throws: SystemError.self) { try Descriptor(owning: 1_000_000).close() }
  }

  @Test func aPathBeneathHasNoLinksAndNoWayOut() throws {
    let directory = try TemporaryDirectory()
    let open = try directory.open()
    try open.makeDirectory("a")
    try directory.write("a/file", "x")
    try directory.link("link", to: "a")
    try directory.link("a/up", to: "..")
    #expect(try open.openBeneath("a/file", .readOnly).readAll() == "x".bytes)
    for path in ["link/file", "a/up/a/file", "../\(directory.path)", "/etc/passwd", "a/../../x"] {
      #expect(throws: SystemError.self, "\(path)") { _ = try open.openBeneath(path, .readOnly) }
    }
  }

  @Test func entriesAreListedWithTheirKindsTwice() throws {
    let directory = try TemporaryDirectory()
    let open = try directory.open()
    try open.makeDirectory("d")
    try directory.write("f", "")
    try directory.link("l", to: "nowhere")
    for _ in 0..<2 {
      let entries = try open.entries().sorted { $0.name < $1.name }
      #expect(entries.map(\.name) == ["d", "f", "l"])
      #expect(entries.map(\.kind) == [.directory, .regular, .symbolicLink])
    }
    let place = try Descriptor.open(directory.path, [.pathOnly, .directory])
    #expect(try place.entries().count == 3)
  }

  @Test func aLongListingIsWhole() throws {
    let directory = try TemporaryDirectory()
    let names = (0..<500).map { "\($0)-" + String(repeating: "n", count: 50 + $0 % 150) }
    for name in names { try directory.write(name, "") }
    #expect(try directory.names() == names.sorted())
  }

  @Test func onlyOneHoldsTheLock() throws {
    let directory = try TemporaryDirectory()
    let second = try directory.open()
    try holdingLock(of: directory) {
      let gotIt = try second.lockExclusively()
      #expect(!gotIt)
    }
    #expect(try second.lockExclusively())
  }

  private func holdingLock(of directory: TemporaryDirectory, _ body: () throws -> Void) throws {
    let first = try directory.open()
    #expect(try first.lockExclusively())
    #expect(try first.lockExclusively(), "a second time changes nothing")
    try body()
  }

  @Test func attributesAreKept() throws {
    let directory = try TemporaryDirectory()
    let open = try directory.open()
    let before = try open.attribute("rmrun.test")
    #expect(before == nil)
    guard let name = try? open.setAttribute("rmrun.test", "value".bytes) else {
      try Test.cancel("needs extended attributes on the temporary directory's file system")
    }
    #expect(["user.rmrun.test", "trusted.rmrun.test"].contains(name))
    let after = try open.attribute("rmrun.test")
    #expect(after == "value".bytes)
    _ = try open.setAttribute("rmrun.test", [])
    let emptied = try open.attribute("rmrun.test")
    #expect(emptied == [])
  }

  @Test func aFileSystemWithoutAttributesHasNone() throws {
    let proc = try Descriptor.open("/proc", [.readOnly, .directory])
    let found = try proc.attribute("rmrun.test")
    #expect(found == nil)
  }

  @Test(
    "device numbers, as makedev(3) packs them",
    arguments: [
      (0x810, 8, 16),
      (0x26, 0, 38),
      (0xfff103ff, 259, 1048575),
      (0xfffff, 4095, 255),
      (0xf4ee6b2824000, 1000000, 4000000000),
    ] as [(UInt64, UInt32, UInt32)])
  func devices(_ raw: UInt64, _ major: UInt32, _ minor: UInt32) {
    #expect(DeviceNumber(raw) == DeviceNumber(major: major, minor: minor))
  }

  @Test func theProcFileSystemIsKnownByItsNumber() throws {
    #expect(try Descriptor.open("/proc", [.readOnly, .directory]).fileSystemType() == 0x9fa0)
  }

  @Test func tooManyOpenFilesIsToldWithWhatToDo() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      #expect {
        var held: [Int32] = []
        while true { held.append(try Descriptor.open("/dev/null", .readOnly).take()) }
      } throws: {
        ($0 as? SystemError)?.code == .tooManyFiles && "\($0)".contains("ulimit -n")
      }
    }
  }
}
