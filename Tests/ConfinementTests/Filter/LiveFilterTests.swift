import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@testable import Confinement

/// Under the kernel's own seccomp: a command that runs under a filter.
@Suite("A command under a filter", .timeLimit(.minutes(15)))
struct LiveFilterTests {
  private func status(_ level: ConfinementLevel, _ script: String) throws -> ExitOutcome {
    try outcome(try #require(FilterProgram.builtIn(level)), script)
  }

  private func outcome(_ program: FilterProgram, _ script: String) throws -> ExitOutcome {
    var request = SpawnRequest(
      executable: "/bin/sh", arguments: ["sh", "-c", NativeString(script)],
      environment: ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"], signals: InheritedSignals(blocked: [], ignored: [])
    )
    var confinement = ProcessConfinement()
    confinement.noNewPrivileges = true
    confinement.filter = program.instructions
    request.confinement = confinement
    let quiet = try Descriptor.open("/dev/null", [.readWrite])
    request.standardOutput = quiet.rawValue
    request.standardError = quiet.rawValue
    let child = try Spawner.spawn(request)
    return try #require(try child.wait()).outcome
  }

  @Test(arguments: [ConfinementLevel.standard, .strict])
  func aShellRuns(level: ConfinementLevel) throws {
    #expect(try status(level, "ls / | grep -q etc && test -n \"$(date)\"") == .exited(0))
  }

  @Test(arguments: [ConfinementLevel.standard, .strict])
  func namespacesAreRefused(level: ConfinementLevel) throws {
    #expect(try status(level, "unshare --mount true") != .exited(0))
    #expect(try status(level, "unshare --user true") != .exited(0))
  }

  @Test func aRefusalIsTheErrorOfTheRule() throws {
    let policy = CallPolicy(
      summary: "", otherwise: .allow,
      rules: [CallRule(["mkdir", "mkdirat"], .refuse(try CallError(parsing: "ENOSPC")))])
    let program = try FilterCompiler.compile(policy, for: try #require(FilterArchitecture.host))
    #expect(try outcome(program, "mkdir /tmp/x 2>&1 | grep -q 'No space left'") == .exited(0))
  }

  @Test func aKillIsTheSignalOfTheWholeProcess() throws {
    let policy = CallPolicy(
      summary: "", otherwise: .allow, rules: [CallRule(["mkdir", "mkdirat"], .kill)])
    let program = try FilterCompiler.compile(policy, for: try #require(FilterArchitecture.host))
    #expect(try outcome(program, "exec mkdir /tmp/x") == .signaled(Signal(number: 31)))
  }
}
