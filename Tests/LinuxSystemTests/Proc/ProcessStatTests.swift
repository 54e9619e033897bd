import Testing

@testable import LinuxSystem

@Suite("/proc/PID/stat")
struct ProcessStatTests {
  static let rest =
    "4194304 1543 20000 3 10 150 75 1234 250 20 0 1 0 8912 7458816 1001 18446744073709551615 1 1 0 0 0 0 65536 "
    + "3670020 1266777851 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
  static let shell = "1234 (bash) S 1 1234 1200 34816 1300 " + rest

  @Test func fieldsAreRead() throws {
    let stat = try #require(ProcessStat(bytes: Self.shell.bytes))
    #expect(stat.pid == 1234)
    #expect(stat.command == "bash")
    #expect(stat.state == "S")
    #expect(stat.parentPID == 1)
    #expect(stat.processGroup == 1234)
    #expect(stat.session == 1200)
    #expect(stat.userTime == .milliseconds(1500))
    #expect(stat.systemTime == .milliseconds(750))
    #expect(stat.childrenUserTime == .milliseconds(12340))
    #expect(stat.childrenSystemTime == .milliseconds(2500))
    #expect(stat.threads == 1)
    #expect(stat.startTime == 8912)
    #expect(stat.residentPages == 1001)
  }

  @Test(
    "a name may look like the fields after it",
    arguments: [
      "tmux: server", "(", ")", ") R 1 1", "a) S 2 (b", "", "line\nbreak", "((((", "))))", "(sd-pam)",
    ])
  func names(_ name: String) throws {
    let stat = try #require(ProcessStat(bytes: "7 (\(name)) Z 3 7 7 0 -1 \(Self.rest)".bytes))
    #expect(stat.command == name)
    #expect(stat.parentPID == 3)
    #expect(stat.isZombie)
  }

  @Test func aNameThatIsNoUTF8IsShownAnyway() throws {
    let bytes = "7 (".bytes + [0xff, 0x29, 0xfe] + ") S 3 7 7 0 -1 \(Self.rest)".bytes
    #expect(try #require(ProcessStat(bytes: bytes)).command == "\u{fffd})\u{fffd}")
  }

  @Test(
    "what isn't in the documented form is nil",
    arguments: [
      "1234 (bash) S 1 1234", "x (bash) S 1 1234 1200 0 -1 \(rest)", "1234 bash S 1 1234 1200 0 -1 \(rest)",
      "1234 (bash) SS 1 1234 1200 0 -1 \(rest)", "99999999999 (bash) S 1 1234 1200 0 -1 \(rest)",
      "1234 (bash) S 99999999999 1234 1200 0 -1 \(rest)",
    ])
  func malformed(_ text: String) {
    #expect(ProcessStat(bytes: text.bytes) == nil)
  }

  @Test func theLargestTimesFit() {
    let largest = "1 (x) S 1 1 1 0 -1 0 0 0 0 0 9223372036854775807 0 0 0 20 0 1 0 1 1 1 0"
    #expect(ProcessStat(bytes: largest.bytes)?.userTime.components.seconds == 92_233_720_368_547_758)
  }

  @Test func thisProcessIsThere() throws {
    let stat = try ProcessStat.read(pid: OwnProcess.pid)
    #expect(stat.pid == OwnProcess.pid)
    #expect(stat.parentPID == OwnProcess.parentPID)
    #expect(stat.residentPages > 0)
  }

  @Test func aProcessThatIsGoneIsNotFound() throws {
    #expect { try ProcessStat.read(pid: .max) } throws: { ($0 as? SystemError)?.code == .notFound }
  }
}
