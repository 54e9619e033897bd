import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("Reports")
struct ReportFileTests {
  @Test func aNewFileIsMade() throws {
    let directory = try TemporaryDirectory()
    try ReportFile(path: directory.path + "/report.json").write("{}".utf8)
    #expect(try directory.contents("report.json") == "{}")
    #expect(try directory.names() == ["report.json"])
    #expect(try FileStatus.of(directory.path + "/report.json").permissions & 0o600 == 0o600)
  }

  @Test func anOldOneIsReplacedInOneStep() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("report.json", "old and longer", mode: 0o644)
    let reader = try Descriptor.open(path, .readOnly)
    try ReportFile(path: path).write("new".utf8)
    #expect(try directory.contents("report.json") == "new")
    #expect(try reader.readAll() == "old and longer".bytes, "who reads the old one isn't disturbed")
  }

  @Test func aLinkPlantedBeforeOrAfterTheLaunchIsReplacedNotFollowed() throws {
    let directory = try TemporaryDirectory()
    try directory.write("precious", "precious")
    try directory.link("before", to: "precious")
    let before = try ReportFile(path: directory.path + "/before")
    let after = try ReportFile(path: directory.path + "/after")
    try directory.link("after", to: "precious")
    try before.write("report".utf8)
    try after.write("report".utf8)
    #expect(try directory.contents("precious") == "precious")
    #expect(try directory.contents("before") == "report")
    #expect(try directory.contents("after") == "report")
  }

  @Test func aLinkToADeviceIsNotFollowedEither() throws {
    let directory = try TemporaryDirectory()
    try directory.link("report", to: "/dev/null")
    try ReportFile(path: directory.path + "/report").write("report".utf8)
    #expect(try directory.contents("report") == "report")
    #expect(try FileStatus.of("/dev/null").kind == .characterDevice)
  }

  @Test func aDirectorySwappedForALinkChangesNothing() throws {
    let directory = try TemporaryDirectory()
    let open = try directory.open()
    try open.makeDirectory("reports")
    try open.makeDirectory("elsewhere")
    let report = try ReportFile(path: directory.path + "/reports/r.json")
    try open.rename("reports", to: "moved")
    try directory.link("reports", to: "elsewhere")
    try report.write("report".utf8)
    #expect(try directory.contents("moved/r.json") == "report")
    #expect(try directory.contents("elsewhere/r.json") == nil)
  }

  @Test(
    "what can't be written is refused before the launch",
    arguments: [
      ("/nonexistent/r.json", SystemError.Code.notFound), ("/", nil), ("/tmp/", nil), ("", nil),
      ("/dev/fd/987654", nil), ("/tmp/..", nil), ("/tmp", nil),
    ] as [(String, SystemError.Code?)])
  func refused(_ path: String, _ code: SystemError.Code?) {
    #expect {
      _ = try ReportFile(path: path)
    } throws: {
      guard let error = $0 as? SystemError else { return false }
      return code == nil || error.code == code
    }
  }

  @Test func aFullDeviceIsAnErrorWithItsName() throws {
    let report = try ReportFile(path: "/dev/full")
    #expect {
      try report.write("x".utf8)
    } throws: {
      ($0 as? SystemError)?.code == .noSpace && "\($0)".contains("/dev/full")
    }
  }

  @Test func whatDoesNotFitLeavesTheOldFileAndNoOther() async throws {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = try directory.write("r.json", "old")
      let report = try ReportFile(path: path)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      #expect {
        try report.write(String(repeating: "x", count: 5000).utf8)
      } throws: {
        ($0 as? SystemError)?.code == .noSpace && ($0 as? SystemError)?.path == path
      }
      #expect(try directory.contents("r.json") == "old")
      #expect(try directory.names() == ["r.json"])
    }
  }

  @Test func aPipeIsOpenedBeforeTheLaunchAndWrittenTo() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    #expect(throws: SystemError.self, "nobody reads it") { _ = try ReportFile(path: path) }
    let reader = try Descriptor.open(path, [.readOnly, .nonBlocking])
    let report = try ReportFile(path: path)
    try report.write("through".utf8)
    #expect(try reader.readOnce(upTo: 100) == "through".bytes)
    #expect(try directory.names() == ["pipe"])
  }

  @Test func anOwnDescriptorIsWrittenWhereItStands() throws {
    let directory = try TemporaryDirectory()
    let file = try Descriptor.open(directory.path + "/output", [.writeOnly, .create])
    try file.writeAll("before ".utf8)
    try ReportFile(path: "/dev/fd/\(file.rawValue)").write("report".utf8)
    try file.writeAll(" after".utf8)
    #expect(try directory.contents("output") == "before report after")
  }
}
