import LinuxSystem
import ResourceModel
import Testing

@testable import Supervision

@Suite("A job's environment")
struct JobEnvironmentTests {
  private static let caller: [NativeString] = ["PATH=/bin", "HOME=/root", "A=1", "AB=2"]

  private func environment(_ change: (inout EnvironmentRules) -> Void) -> [String] {
    var rules = EnvironmentRules()
    change(&rules)
    return JobEnvironment.applying(rules, to: Self.caller).map(\.description)
  }

  @Test func withoutRulesItIsTheCallers() {
    #expect(environment { _ in } == ["PATH=/bin", "HOME=/root", "A=1", "AB=2"])
  }

  @Test func clearedItHasWhatIsKeptAndSet() {
    #expect(environment { $0.isCleared = true } == [])
    #expect(environment { $0.kept = ["A"] } == ["A=1"])
    #expect(
      environment {
        $0.isCleared = true
        $0.kept = ["PATH", "X"]
        $0.assignments = ["B=3"]
      } == ["PATH=/bin", "B=3"])
  }

  @Test func whatIsSetTakesThePlaceOfWhatWasThere() {
    #expect(
      environment { $0.assignments = ["A=x", "A=y=z"] } == ["PATH=/bin", "HOME=/root", "AB=2", "A=y=z"])
  }

  @Test func anotherUserIsAtHomeElsewhere() throws {
    let account = try #require(UserAccount.parse(Array("ada:x:1000:1000::/home/ada:/bin/sh\n".utf8)).first)
    var rules = EnvironmentRules()
    func home() -> [String] {
      JobEnvironment.of(account, JobEnvironment.applying(rules, to: Self.caller), besides: rules).map(
        \.description)
    }
    #expect(home().contains("HOME=/home/ada"))
    rules.assignments = ["HOME=/elsewhere"]
    #expect(home().contains("HOME=/elsewhere"))
    rules.isCleared = true
    rules.assignments = []
    #expect(home().isEmpty)
  }
}
