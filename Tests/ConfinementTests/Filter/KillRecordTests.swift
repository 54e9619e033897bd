import ResourceModel
import Testing

@testable import Confinement

@Suite("What the audit log says of a filter that killed")
struct KillRecordTests {
  private func record(_ comm: String = "\"sync\"", signal: Int = 31) -> [UInt8] {
    Array(
      ("audit(1795689541.817:40): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=9484 comm=\(comm) exe=\"/usr/bin/sync\" "
        + "sig=\(signal) arch=c000003e syscall=162 compat=0 ip=0x7fef77de6ca7 code=0x80000000").utf8)
  }

  @Test func itIsRead() throws {
    let kill = try #require(KillRecord(parsing: record()))
    #expect(kill.pid == 9484)
    #expect(kill.call == FilteredCall(number: 162, architecture: 0xc000_003e))
    #expect(FilterCompiler.name(of: kill.call) == "sync")
  }

  @Test func aNameDoesNotLead() throws {
    let kill = try #require(KillRecord(parsing: record("\"pid=1 sig=0 arch=1 syscall=1\"")))
    #expect(kill.pid == 9484 && kill.call.number == 162)
  }

  @Test func whatWasOnlyLoggedKilledNobody() { #expect(KillRecord(parsing: record(signal: 0)) == nil) }

  @Test(arguments: ["", "pid=1", "pid=x sig=31 arch=c000003e syscall=1", "pid=1 sig=31 arch=zz syscall=1"])
  func otherFormsAreNone(text: String) { #expect(KillRecord(parsing: Array(text.utf8)) == nil) }

  @Test func nobodyListensWhereNoRuleKills() {
    #expect(KillWatch(nil) == nil)
    #expect(KillWatch(.standard) == nil && KillWatch(.strict) == nil)
  }
}
