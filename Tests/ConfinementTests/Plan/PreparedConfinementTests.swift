import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@testable import Confinement

@Suite("A confinement before its launch")
struct PreparedConfinementTests {
  private func prepare(
    _ change: (inout JobConfinement) -> Void, directory: String? = nil
  ) throws -> PreparedConfinement {
    var confinement = JobConfinement()
    change(&confinement)
    return try PreparedConfinement(confinement, policy: nil, directory: directory)
  }

  @Test func nothingAskedForIsNothingDone() throws {
    let prepared = try prepare { _ in }
    #expect(prepared.process == ProcessConfinement())
    #expect(prepared.enforcement.isEmpty && prepared.degradations.isEmpty)
  }

  @Test func aLevelFiltersAndTakesPrivileges() throws {
    let prepared = try prepare { $0.level = .standard }
    #expect(prepared.process.noNewPrivileges)
    #expect(prepared.process.keptCapabilities == 0)
    #expect(prepared.process.keptDescriptors == [])
    #expect(prepared.process.filter == FilterProgram.builtIn(.standard)?.instructions)
    #expect(prepared.process.namespaces == [])
    #expect(prepared.enforcement[.seccomp] == .kernel && prepared.enforcement[.capabilities] == .kernel)
  }

  @Test func withoutANetworkItHasOneOfItsOwn() throws {
    let prepared = try prepare {
      $0.network = .none
      $0.isolated = [.uts]
    }
    #expect(prepared.process.namespaces.isSuperset(of: [.net, .uts]))
    #expect(prepared.enforcement[.netNamespace] == .kernel)
    #expect(prepared.process.noNewPrivileges)
  }

  @Test func namespacesTakeAUserNamespaceWhereNothingElseGivesThem() throws {
    let prepared = try prepare { $0.isolated = [.uts] }
    let isAdministrator = OwnCapabilities.has(OwnCapabilities.administration)
    #expect(prepared.process.namespaces == (isAdministrator ? .uts : [.uts, .user]))
    #expect(prepared.process.filter.isEmpty)
  }

  @Test func theDirectoryWhereItStartsIsShownBelowItsOwnTmp() throws {
    let directory = try TemporaryDirectory()
    let path = try RealPath.of(directory.path)
    try #require(path.hasPrefix("/tmp/"))
    let hidden = try prepare({ $0.isolated = [.mount] }, directory: path)
    #expect(hidden.process.directory == path)
    #expect(hidden.process.mounts.contains(.makeReadOnly(path, recursively: true)))
    let written = try prepare(
      {
        $0.isolated = [.mount]
        $0.writable = [path]
      }, directory: path)
    #expect(!written.process.mounts.contains(.makeReadOnly(path, recursively: true)))
  }

  @Test func linksInAPathAreFollowedOnce() throws {
    let directory = try TemporaryDirectory()
    try directory.write("real/file", "")
    try directory.link("link", to: "real")
    let prepared = try prepare(
      {
        $0.isolated = [.mount]
        $0.writable = [directory.path + "/link"]
      }, directory: "/")
    #expect(prepared.process.mounts.contains(.keep(try RealPath.of(directory.path) + "/real", slot: 0)))
  }

  @Test func aPathThatIsNotThereIsToldBeforeAnythingIsMade() {
    #expect(throws: ConfinementError.self) {
      _ = try prepare {
        $0.isolated = [.mount]
        $0.writable = ["/nonexistent/place"]
      }
    }
    #expect(throws: ConfinementError.self) { _ = try prepare { $0.writable = ["/nonexistent/place"] } }
  }

  @Test func anotherUserDoesNotGoWithAUserNamespace() {
    #expect(throws: ConfinementError.self) {
      _ = try prepare {
        $0.isolated = [.user]
        $0.user = "root"
      }
    }
  }

  @Test(.enabled(if: LandlockRuleset.version != nil, "needs Landlock"))
  func pathsWithoutMountsAreLandlocks() throws {
    let directory = try TemporaryDirectory()
    let prepared = try prepare { $0.writable = [directory.path] }
    #expect(prepared.process.landlock != nil)
    #expect(prepared.enforcement[.landlock] == .kernel)
    #expect(prepared.process.mounts.isEmpty)
  }

  @Test(arguments: [1, 2, 3, 6] as [Int32])
  func whatLandlocksRulesLeaveOpenIsTold(version: Int32) {
    let gaps = LandlockDomain.gaps(version: version)
    #expect(gaps.contains { $0.contains("mode, owner, times") })
    #expect(gaps.contains { $0.contains("truncate") } == (version < 3))
  }

  @Test(.enabled(if: LandlockRuleset.version != nil, "needs Landlock"))
  func itIsToldOnlyWhereLandlockHoldsThePaths() throws {
    let directory = try TemporaryDirectory()
    var confinement = JobConfinement()
    confinement.writable = [directory.path]
    func told(hasMounts: Bool) throws -> [String] {
      try LandlockDomain(confinement, hasMounts: hasMounts, needsRules: false).degradations
    }
    #expect(try told(hasMounts: false).contains { $0.contains("mode, owner, times") })
    #expect(!(try told(hasMounts: true)).contains { $0.contains("mode") || $0.contains("truncate") })
  }
}
