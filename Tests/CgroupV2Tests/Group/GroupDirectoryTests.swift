import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

/// Runs over a directory that plays the group, and over a live group where there is one.
@Suite("A group's directory", .timeLimit(.minutes(15)))
struct GroupDirectoryTests {
  @Test("makes, lists, opens and removes groups below", arguments: try stages())
  func children(stage: Stage) throws {
    let group = try stage.group
    try group.makeChild("a")
    #expect { try group.makeChild("a") } throws: { ($0 as? CgroupError)?.code == .exists }
    try group.child("a").makeChild("b")
    #expect(try group.childNames() == ["a"])
    #expect(try group.child("a").path == group.path + "/a")
    #expect { try group.removeChild("a") } throws: { ($0 as? CgroupError)?.code == .busy }
    try group.child("a").removeChild("b")
    try group.removeChild("a")
    try group.removeChild("a")
    #expect(try group.childNames().isEmpty)
    #expect { try group.child("a") } throws: { ($0 as? CgroupError)?.code == .vanished }
  }

  @Test("walks over all groups below, children left before their parents", arguments: try stages())
  func walk(stage: Stage) throws {
    let group = try stage.group
    for path in [["a"], ["a", "x"], ["a", "y"], ["b"]] { try make(path, below: group) }
    var entered: [String] = []
    var left: [String] = []
    try group.walk(
      enter: { below throws(CgroupError) in
        entered.append(below.path)
      }, leave: { above, name throws(CgroupError) in left.append(above.path + "/" + name) })
    let all = ["/a", "/a/x", "/a/y", "/b"].map { group.path + $0 }
    #expect(entered.sorted() == all && left.sorted() == all)
    #expect(left.firstIndex(of: all[0]) ?? 0 > left.firstIndex(of: all[2]) ?? .max)
    try group.removeTree("a", until: Clock.boottime())
    try group.removeTree("b", until: Clock.boottime())
    #expect(try group.childNames().isEmpty)
  }

  @Test("removes groups nested deeper than there are descriptors", arguments: try stages())
  func deep(stage: Stage) throws {
    let group = try stage.group
    try make(["deep"] + Array(repeating: "n", count: 300), below: group)
    try group.removeTree("deep", until: Clock.boottime().advanced(by: .seconds(5)))
    #expect(try group.childNames().isEmpty)
  }

  @Test("a missing file is nil; a write to one is an error that names it", arguments: try stages())
  func missing(stage: Stage) throws {
    let group = try stage.group
    #expect(try group.read("no.such.file") == nil)
    #expect { try group.write("no.such.file", "1") } throws: { error in
      (error as? CgroupError)?.path == group.path + "/no.such.file"
    }
    #expect(!group.mayWrite("no.such.file"))
  }

  @Test("a link in the place of a group is not followed")
  func links() throws {
    let fixture = try Fixture(["victim/inner/file": ""])
    try fixture.makeDirectories("group/a")
    try fixture.link("group/link", to: "../victim")
    let group = try GroupDirectory(path: fixture.path + "/group")
    #expect(throws: CgroupError.self) { try group.child("link") }
    #expect(throws: CgroupError.self) { try group.removeTree("link", until: Clock.boottime()) }
    #expect(try fixture.text(of: "victim/inner/file") == "")
  }

  @Test("limits: each file gets its text, and one that is missing is unavailable")
  func limits() throws {
    let fixture = try Fixture(["memory.max": "max\n", "pids.max": "max\n", "memory.high": "max\n"])
    var limits = GroupLimits()
    limits.memoryMax = .atMost(ByteCount(bytes: 1 << 20))
    limits.pidsMax = .atMost(64)
    limits.memorySwapMax = .atMost(ByteCount(bytes: 0))
    let outcomes = try fixture.group.set(limits)
    #expect(
      outcomes == [
        .memoryMax: .kernel, .pidsMax: .kernel,
        .memorySwapMax: .unavailable(.fileMissing(path: fixture.path + "/memory.swap.max")),
      ])
    #expect(try fixture.text(of: "memory.max").hasPrefix("1048576"))
    // A plain file keeps what was written as it was; the kernel ends what it shows with a newline.
    for file in ["memory.max", "memory.high"] { try fixture.put("1048576\n", at: file) }
    limits = GroupLimits()
    limits.memoryHigh = .atMost(ByteCount(bytes: 1 << 19))
    #expect(try fixture.group.resize(limits) == [.memoryHigh: .kernel])
  }

  private func make(_ path: [String], below group: GroupDirectory) throws {
    var group = group
    for (index, name) in path.enumerated() {
      if try index == path.count - 1 || !group.childNames().contains(name) { try group.makeChild(name) }
      group = try group.child(name)
    }
  }
}
