import LinuxSystem
import Testing

@Suite("A project's use")
struct ProjectUseTests {
  @Test func isFreeWhereNothingIsTheProjects() { #expect(ProjectUse(space: 0, files: 0).isFree) }

  @Test(arguments: [
    // Empty files, that is, which can grow.
    ProjectUse(space: 0, files: 1),
    ProjectUse(space: 4096, files: 1), ProjectUse(space: 4096, files: 0),
    ProjectUse(space: 0, files: 0, spaceLimit: 1024), ProjectUse(space: 0, files: 0, fileLimit: 1),
  ])
  func isNotFreeElse(use: ProjectUse) { #expect(!use.isFree) }
}
