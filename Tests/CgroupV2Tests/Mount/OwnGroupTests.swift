import Testing

@testable import CgroupV2

@Suite("The own group's path")
struct OwnGroupTests {
  @Test("a hybrid host's lines")
  func hybrid() {
    let text = "9:name=systemd:/\n4:memory:/a/b\n3:cpu,cpuacct:/\n0::/user.slice/x.scope\n"
    let own = OwnGroup(parsing: Array(text.utf8))
    #expect(own.path == HierarchyPath("/user.slice/x.scope"))
    #expect(!own.isDeleted)
    #expect(own.versionOneControllers == ["name=systemd", "memory", "cpu", "cpuacct"])
  }

  @Test("colons in the path, a removed group, and no v2 at all")
  func forms() {
    #expect(OwnGroup(parsing: Array("0::/a:b:c\n".utf8)).path == HierarchyPath("/a:b:c"))
    let removed = OwnGroup(parsing: Array("0::/job-1/main (deleted)\n".utf8))
    #expect(removed.isDeleted && removed.path == HierarchyPath("/job-1/main"))
    #expect(OwnGroup(parsing: Array("2:cpu:/\n".utf8)).path == nil)
    #expect(OwnGroup(parsing: Array("0::/../..\n".utf8)).path?.isOutsideNamespace == true)
  }

  @Test(
    "malformed lines are no group", arguments: ["", "0::\n", "0:/\n", "x\n", "0::relative\n", ":\n", "::::"])
  func malformed(text: String) {
    #expect(OwnGroup(parsing: Array(text.utf8)).path == nil)
  }

  static let ways: [(String, String, [String]?)] = [
    ("/", "/", []), ("/a/b", "/", ["a", "b"]), ("/a/b", "/a", ["b"]), ("/a", "/a", []), ("/ab", "/a", nil),
    ("/", "/..", nil), ("/../x", "/..", ["x"]), ("/../x", "/", nil), ("/../..", "/..", nil),
    ("/x", "/y", nil),
    ("/a//b/./c", "/a", ["b", "c"]),
  ]

  @Test("the way from a mount's root to a group", arguments: ways)
  func way(group: String, root: String, names: [String]?) {
    #expect(HierarchyPath(group).names(below: HierarchyPath(root)) == names)
  }
}
