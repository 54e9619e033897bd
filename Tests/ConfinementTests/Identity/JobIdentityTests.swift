import LinuxSystem
import ResourceModel
import Testing

@testable import Confinement

@Suite("Whom a job runs as")
struct JobIdentityTests {
  private func identity(user: String? = nil, group: String? = nil) throws -> JobIdentity? {
    var confinement = JobConfinement()
    confinement.user = user
    confinement.group = group
    return try JobIdentity(confinement)
  }

  @Test func nobodyIsNamed() throws { #expect(try identity() == nil) }

  @Test func aNameAndItsNumberAreTheSame() throws {
    let root = try #require(try identity(user: "root"))
    #expect(root.user == 0 && root.group == 0 && root.account?.home == "/root")
    #expect(try identity(user: "0") == root)
  }

  @Test func aNumberThatNobodyHasNeedsAGroup() throws {
    #expect(throws: ConfinementError.self) { try identity(user: "4123456") }
    let found = try #require(try identity(user: "4123456", group: "4123457"))
    #expect(found.user == 4_123_456 && found.groups == [4_123_457] && found.account == nil)
  }

  @Test(arguments: ["no-such-user", "-1", "4294967295", "4294967296", "1e3"])
  func whoIsNobodyIsRefused(name: String) {
    #expect(throws: ConfinementError.self) { try identity(user: name, group: "0") }
    #expect(throws: ConfinementError.self) { try identity(group: name) }
  }

  @Test func supplementaryGroupsAreThoseThatListTheUser() {
    let groups = GroupAccount.parse(
      Array("root:x:0:\nwheel:x:10:ada,bob\nusers:x:100:bob\nada:x:1000:ada\nbad line\nx:y:z:ada\n".utf8))
    #expect(groups.map(\.name) == ["root", "wheel", "users", "ada"])
    #expect(JobIdentity.groups(of: "ada", and: 1000, in: groups) == [1000, 10])
    #expect(JobIdentity.groups(of: "carol", and: 7, in: groups) == [7])
    #expect(JobIdentity.groups(of: nil, and: 7, in: groups) == [7])
  }

  @Test func capabilitiesByName() throws {
    #expect(try Capabilities.set(of: []) == 0)
    #expect(try Capabilities.set(of: ["cap_chown", "cap_net_bind_service"]) == 1 | 1 << 10)
    #expect(Capabilities.names(of: 1 | 1 << 10) == ["cap_chown", "cap_net_bind_service"])
    #expect(try Capabilities.set(of: ["all"]) & (1 << 21) != 0)
    #expect(throws: ConfinementError.self) { try Capabilities.set(of: ["cap_everything"]) }
  }
}
