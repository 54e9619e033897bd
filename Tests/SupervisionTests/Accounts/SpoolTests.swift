import ControlSocket
import CreditLedger
import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@testable import Supervision

/// What a ledger could not be told, kept for later.
struct SpoolTests {
  private let scratch: TemporaryDirectory
  private let spool: Spool

  init() throws {
    scratch = try TemporaryDirectory()
    spool = Spool(in: [RuntimeDirectory(path: scratch.path + "/run", owner: OwnProcess.effectiveUser)])
  }

  private static let rated = JobUse(
    job: "k3x9", used: Credits(microcredits: 1_234_567), rating: "rmrun.rating/1\nfactor 1000000\nsum 1 cpu 5"
  )

  @Test(arguments: [
    SpoolEntry(rated, nil), SpoolEntry(rated, .final),
    SpoolEntry(JobUse(job: "a", used: .zero), .lastReading),
    SpoolEntry(JobUse(job: "a", used: .max), .notLaunched),
  ])
  func whatIsKeptIsReadBack(_ entry: SpoolEntry) throws {
    let file = try spool.keep(entry)
    #expect(spool.entry(of: entry.use.job) == entry)
    #expect(try Descriptor.open(file, [.readOnly]).status().permissions == 0o600)
    spool.remove(entry.use.job)
    #expect(spool.entry(of: entry.use.job) == nil)
  }

  @Test func theLastWordCounts() throws {
    _ = try spool.keep(SpoolEntry(JobUse(job: "a", used: Credits(microcredits: 1)), nil))
    _ = try spool.keep(SpoolEntry(JobUse(job: "a", used: Credits(microcredits: 2)), .final))
    #expect(spool.entry(of: "a")?.use.used == Credits(microcredits: 2))
    #expect(spool.entry(of: "a")?.settlement == .final)
    #expect(spool.entry(of: "b") == nil)
  }

  @Test(arguments: [
    "", "rmrun.spool/2\njob a\nused 1\nsettlement -\n", "rmrun.spool/1\njob a\nused -1\nsettlement -\n",
    "rmrun.spool/1\njob a\nused 1\nsettlement maybe\n", "rmrun.spool/1\njob a\nused 1\n",
    "rmrun.spool/1\njob a\nused 99999999999999999999\nsettlement -\n",
    "rmrun.spool/1\njob a\nused 1\nsettlement -",
    "rmrun.spool/1\njob b\nused 1\nsettlement -\n",
  ])
  func whatNobodyHasWrittenIsNothing(_ text: String) throws {
    _ = try spool.keep(SpoolEntry(JobUse(job: "a", used: .zero), nil))
    try scratch.write("run/spool/a", text, mode: 0o600)
    #expect(spool.entry(of: "a") == nil)
  }

  @Test func aLinkIsNotFollowed() throws {
    _ = try spool.keep(SpoolEntry(JobUse(job: "a", used: .zero), nil))
    try scratch.write("elsewhere", SpoolEntry(JobUse(job: "b", used: .zero), .final).text)
    try scratch.link("run/spool/b", to: scratch.path + "/elsewhere")
    #expect(spool.entry(of: "b") == nil)
  }

  @Test func whereItCannotBeKeptIsTold() {
    let nowhere = Spool(in: [RuntimeDirectory(path: "/nonexistent/run", owner: OwnProcess.effectiveUser)])
    #expect(throws: SystemError.self) { _ = try nowhere.keep(SpoolEntry(Self.rated, nil)) }
  }
}
