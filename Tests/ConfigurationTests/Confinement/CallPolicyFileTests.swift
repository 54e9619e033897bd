@testable import Configuration
import ResourceModel
import TestSupport
import Testing

@Suite("Files of rules about system calls")
struct CallPolicyFileTests {
  private func parse(_ text: String) -> ParsedCallPolicy {
    CallPolicyFile.parse(Array(text.utf8), file: "rules.yaml") { !$0.hasPrefix("no_such") }
  }

  private func faults(_ text: String) -> [String] { parse(text).diagnostics.map(\.description) }

  @Test func aFileWithEverything() throws {
    let parsed = parse(
      """
      description: A build.
      extends: none
      otherwise: errno=ENOSYS
      rules:
        - calls: [read, write]
          action: allow
        - {calls: socket, action: errno=EAFNOSUPPORT, when: arg0 == 40}
        - calls: ioctl
          action: kill
          when: [arg1 & 0xffffffff == 0x5412, arg0 < 3]
      """)
    #expect(parsed.diagnostics.isEmpty)
    #expect(parsed.policy.summary == "A build.")
    #expect(parsed.policy.otherwise == .refuse(.notImplemented))
    #expect(parsed.policy.rules.map(\.calls) == [["read", "write"], ["socket"], ["ioctl"]])
    #expect(
      parsed.policy.rules.last?.conditions == [
        ArgumentCondition(argument: 1, mask: 0xffff_ffff, .equal, 0x5412),
        ArgumentCondition(argument: 0, .less, 3),
      ])
  }

  @Test func withoutAWordItExtendsTheDefault() {
    let parsed = parse("rules: [{calls: bpf, action: allow}]")
    #expect(parsed.diagnostics.isEmpty)
    #expect(parsed.policy.otherwise == .allow)
    #expect(parsed.policy.rules.last == CallRule(["bpf"], .allow))
    #expect(parsed.policy.rules.dropLast().allSatisfy { !$0.calls.contains("bpf") })
    #expect(parsed.policy.rules.contains { $0.calls.contains("mount") })
  }

  @Test func everyFaultIsToldWithItsPlace() {
    #expect(
      faults(
        """
        extend: default
        rules:
          - calls: no_such_call
            action: allow
          - action: deny
            calls: read
          - calls: read
          - {calls: read, action: allow, when: [arg9 == 1]}
        """
      ).map { String($0.split(separator: ":", maxSplits: 3)[1...2].joined(separator: ":")) } == [
        "1:1", "3:12", "5:13", "7:5", "8:41",
      ])
  }

  @Test(arguments: [
    "", "rules: x", "[]", "rules: [[]]", "rules: [{calls: {}, action: allow}]", "extends: ci",
  ])
  func whatIsNoFileOfRulesIsAFault(text: String) { #expect(!faults(text).isEmpty) }

  @Test(arguments: [
    "arg6 == 1", "arg0 = 1", "arg0 == x", "arg0 & 1 < 1", "arg0 & 1 == 2", "arg0 & 1 != 2", "arg00 == 1",
    "arg-1 == 1", "", "arg0 == -1", "arg0 == 99999999999999999999",
  ])
  func noConditionIsNonsense(text: String) {
    #expect(throws: ValueError.self) { try ArgumentCondition(parsing: text) }
  }

  @Test func aConditionIsReadAsItIsWritten() throws {
    for text in [
      "arg0 == 0x5", "arg1 & 0xff == 0x12", "arg1 & 0xff != 0x12", "arg5 >= 0x0",
      "arg2 != 0xffffffffffffffff",
    ] {
      #expect(try ArgumentCondition(parsing: text).description == text)
    }
  }

  @Test func actionsAreReadAsTheyAreWritten() throws {
    for text in ["allow", "log", "kill", "errno=EPERM", "errno=ENOSYS"] {
      #expect(try CallAction(parsing: text).description == text)
    }
    #expect(throws: ValueError.self) { try CallAction(parsing: "errno=EWHAT") }
  }

  @Test func aLevelIsFoundInItsFile() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("rules.yaml", "rules: [{calls: bpf, action: allow}]")
    #expect(try CallPolicyStore.load(.file(path)) { _ in true }?.rules.last?.calls == ["bpf"])
    #expect(try CallPolicyStore.load(.strict) { _ in true } == .strict)
    #expect(try CallPolicyStore.load(.none) { _ in true } == nil)
    #expect(throws: ConfigurationError.self) { try CallPolicyStore.load(.file(path + "x")) { _ in true } }
  }

  @Test func aLevelIsExplainedInWords() {
    let text = CallPolicyText.show(.standard, .standard)
    for part in [
      "  refused by EPERM\n    mount, ", "  refused by ENOSYS\n    clone3\n",
      "  refused by EPERM where arg0 & 0x10000000 == 0x10000000\n    clone, unshare\n",
      "  every other call       allowed\n", "no_new_privs",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(CallPolicyText.show(.none, nil).hasPrefix("none: nothing is confined"))
  }

  @Test func whatAFileTakesThePlaceOfIsToldOfIt() {
    let text = CallPolicyText.show(
      .file("rules.yaml"), parse("rules: [{calls: [socket, bpf], action: log}]").policy)
    #expect(
      text.hasSuffix(
        """
          every other call       allowed

        What it extends says this of the same calls, and it does not hold any more
          refused by EPERM
            bpf
          refused by EPERM where arg0 & 0xffffffff == 0x28
            socket

        """))
    #expect(!CallPolicyText.show(.strict, .strict).contains("does not hold"))
  }

  @Test(arguments: [
    ("errno", "arg0 == 16", true), ("kill", "arg0 <= 16", true), ("errno", "arg0 != 16", false),
    ("errno", "arg0 & 0xffffffff == 16", false), ("errno", "arg0 == 0x100000010", false),
    ("allow", "arg0 == 16", false), ("allow", "arg0 != 16", true), ("allow", "arg0 > 16", true),
  ])
  func aRuleThatIsGotByIsTold(action: String, condition: String, isTold: Bool) {
    let parsed = parse(
      "{extends: strict, rules: [{calls: socket, action: \(action), when: [\(condition)]}]}")
    #expect(parsed.diagnostics.isEmpty)
    let text = CallPolicyText.show(.file("rules.yaml"), parsed.policy)
    #expect(text.contains("A job gets by these") == isTold)
  }

  @Test func noBuiltInRuleIsGotBy() {
    #expect(CallPolicy.standard.evadable.isEmpty)
    #expect(CallPolicy.strict.evadable.isEmpty)
  }

  @Test func aProfileIsExplainedInWords() throws {
    var limits = JobLimits()
    try Profile.builtIn(named: "untrusted")?.apply(to: &limits)
    limits.confinement.writable = ["/w\u{1b}"]
    limits.confinement.user = "ada"
    limits.workSize = .atMost(ByteCount(bytes: 1 << 30))
    let text = CallPolicyText.show(profile: "untrusted", limits, .strict)
    for part in [
      "profile untrusted\n  It sees its own processes only.\n", "It may write to /w", "as the user ada",
      "hold 64 MiB together", "may hold 1 GiB", "\n\nstrict: ",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.contains("\u{1b}") && !text.contains("Beware"))
    limits.confinement.level = .none
    #expect(CallPolicyText.show(profile: "own", limits, nil).contains("  Beware: without a filter"))
  }

  @Test func aProfileWithoutALevelIsConfinedAllTheSame() {
    var limits = JobLimits()
    #expect(CallPolicyText.show(profile: "p", limits, nil).contains("none: nothing is confined\n"))
    limits.confinement.isolated = [.pid, .ipc, .cgroup]
    let text = CallPolicyText.show(profile: "p", limits, nil)
    for part in ["nothing is confined", "work as outside", "sees its own processes only"] {
      #expect(!text.contains(part), "\(part)")
    }
    for part in [
      "It can name no process but its own; it sees the host's in /proc",
      "/dev/shm and /dev/mqueue are the host's",
      "it sees the host's in /sys/fs/cgroup", "none: no system call is refused\n", "no_new_privs",
      "It has no capabilities",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func whatLandlockLeavesOpenIsSaid() {
    var limits = JobLimits()
    limits.confinement.writable = ["/w"]
    let gap = "It can change the mode, owner, times and attributes of its user's other files"
    #expect(CallPolicyText.show(profile: "p", limits, nil).contains(gap))
    limits.confinement.isolated = [.mount]
    #expect(!CallPolicyText.show(profile: "p", limits, nil).contains(gap))
  }
}
