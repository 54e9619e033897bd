import LinuxSystem
import ResourceModel
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

  @Test(arguments: [
    ("8:16-1382875136", true), ("8:16-1382940671", true), ("8:16-1382940672", false), ("8:16-7", false),
    ("8:16", false), ("-1382875136", false), ("8:16-1382875136-1", false), ("8:16-x", false), ("", false),
  ])
  func recordsHaveNames(name: String, isOne: Bool) {
    let parsed = RecordName.parse(name)
    #expect((parsed != nil) == isOne)
    if let (device, project) = parsed { #expect(RecordName(device: device).of(project) == name) }
  }

  @Test(arguments: ["4096 /a b\n", "18446744073709551615 /\n"])
  func recordsAreReadBack(text: String) {
    #expect(ProjectRecords.Content(parsing: Array(text.utf8))?.text == text)
  }

  @Test(arguments: ["", "4096 /a", "4096 a\n", "x /a\n", "-1 /a\n", "4096\n", " /a\n"])
  func whatIsIncompleteIsNoRecord(text: String) {
    #expect(ProjectRecords.Content(parsing: Array(text.utf8)) == nil)
  }
}
