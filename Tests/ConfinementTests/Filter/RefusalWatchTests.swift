import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@testable import Confinement

@Suite("Who is told of what a filter refuses", .timeLimit(.minutes(15)))
struct RefusalWatchTests {
  /// Runs a script under a policy, answering for it until it ends.
  private func run(_ policy: CallPolicy, _ script: String) throws -> (ExitOutcome, RefusalWatch?) {
    var confinement = JobConfinement()
    confinement.level = .file("rules.yaml")
    let prepared = try PreparedConfinement(confinement, policy: policy, directory: "/")
    var request = SpawnRequest(
      executable: "/bin/sh", arguments: ["sh", "-c", NativeString(script)],
      environment: ["PATH=/usr/bin:/bin"],
      signals: InheritedSignals(blocked: [], ignored: []))
    request.confinement = prepared.process
    let quiet = try Descriptor.open("/dev/null", [.readWrite])
    request.standardError = quiet.rawValue
    let child = try withExtendedLifetime(prepared) { try Spawner.spawn(request) }
    var watch = prepared.refusalWatch()
    var poller = try Poller()
    try poller.add(child.rawValue, token: 0, events: .readable)
    if let descriptor = watch?.rawValue { try poller.add(descriptor, token: 1, events: .readable) }
    while true {
      let events = try poller.wait(until: Clock.boottime().advanced(by: .seconds(60)))
      try #require(!events.isEmpty, "the command hangs")
      for event in events where event.token == 1 && watch?.answer() == false {
        if let descriptor = watch?.rawValue { try poller.remove(descriptor) }
        watch?.close()
      }
      if events.contains(where: { $0.token == 0 }), let end = try child.wait() { return (end.outcome, watch) }
    }
  }

  private func refusing(_ calls: [String], _ error: String) throws -> CallPolicy {
    CallPolicy(
      summary: "", otherwise: .allow, rules: [CallRule(calls, .refuse(try CallError(parsing: error)))])
  }

  @Test func eachRefusalIsCountedAndFailsAsTheRuleSays() throws {
    let policy = try refusing(["mkdir", "mkdirat"], "ENOSPC")
    let script = "mkdir /tmp/x 2>&1 | grep -q 'No space left' && mkdir /tmp/y; mkdir /tmp/z; exit 7"
    let (outcome, watch) = try run(policy, script)
    #expect(outcome == .exited(7))
    let refusals = try #require(watch).refusals
    #expect(refusals.reduce(0) { $0 + $1.count } == 3)
    #expect(refusals.allSatisfy { $0.call.hasPrefix("mkdir") })
  }

  @Test func aStormOfThemIsToldNoMoreAfterAThousand() throws {
    let policy = try refusing(["chdir"], "EACCES")
    let script = "i=0; while [ $i -lt 3000 ]; do cd /tmp; i=$((i+1)); done 2>/dev/null; exit 3"
    let (outcome, watch) = try run(policy, script)
    #expect(outcome == .exited(3))
    #expect(try #require(watch).isFull)
    #expect(try #require(watch).refusals == [JobReport.Confinement.Refusal(call: "chdir", count: 1000)])
  }

  /// The supervisor sleeps until the exec is done: it could not answer for it.
  @Test func whatTheLaunchItselfDoesIsNeverWaitedFor() throws {
    for calls in [["execve"], ["sendmsg"]] {
      do {
        let (_, watch) = try run(try refusing(calls, "EPERM"), "exit 0")
        #expect(watch == nil && calls == ["sendmsg"])
      } catch let error as SpawnError {
        #expect(error.stage == .execute && calls == ["execve"])
      }
    }
  }
}
