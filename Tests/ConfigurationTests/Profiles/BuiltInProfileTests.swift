import Configuration
import LinuxSystem
import ResourceModel
import Testing

@Suite("cgroup-profiles/")
struct BuiltInProfileTests {
  private static func yamlFiles() throws -> [String] {
    let directory = try Descriptor.open(RepositoryFile.profiles(), [.readOnly, .directory])
    return try directory.entries().map(\.name).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
  }

  @Test func hasAFileForEveryBuiltInProfileAndNoOther() throws {
    #expect(Set(try Self.yamlFiles()) == Set(Profile.builtIn.map(\.name)))
  }

  @Test(arguments: Profile.builtIn)
  func holdsTheSameAsTheBuiltInProfile(profile: Profile) throws {
    let path = RepositoryFile.profiles(profile.name + ".yaml")
    let parsed = ProfileFile.parse(try RepositoryFile.read(path), file: path, name: profile.name)
    #expect(parsed.diagnostics.isEmpty)
    #expect(parsed.profile == profile)
  }

  @Test(arguments: Profile.builtIn)
  func saysWhyAboveEveryValueAndNamesItsSchema(profile: Profile) throws {
    let path = RepositoryFile.profiles(profile.name + ".yaml")
    let text = String(decoding: try RepositoryFile.read(path), as: UTF8.self)
    #expect(text.hasPrefix("# yaml-language-server: $schema=schema/profile.schema.json\n"))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for assignment in profile.assignments {
      let line = try #require(lines.firstIndex { $0.hasPrefix(assignment.key + ":") })
      #expect(lines[line - 1].hasPrefix("# "), "\(profile.name): \(assignment.key) has no comment above it")
    }
  }
}
