import LinuxSystem
import Testing

@testable import CgroupV2

@Suite("Finding cgroup v2")
struct CgroupHostTests {
  private func host(_ mountinfo: String, own: String) throws -> CgroupHost {
    try CgroupHost.choose(
      own: OwnGroup(parsing: Array(own.utf8)),
      mounts: CgroupMount.all(in: MountInfo.parse(Array(mountinfo.utf8))))
  }

  @Test("a hybrid host: beside the v1 mounts")
  func hybrid() throws {
    let mounts = """
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

      """
    let host = try host(mounts, own: "4:memory:/x\n0::/\n")
    #expect(host.mount.mountPoint == "/sys/fs/cgroup/unified")
    #expect(host.ownGroup == "/sys/fs/cgroup/unified")
    let root = GroupFacts(path: host.ownGroup, type: nil)
    #expect(host.absence(of: .memory, in: root) == .heldByVersionOne(.memory))
    #expect(host.absence(of: .pids, in: root) == .notInKernel(.pids))
    #expect(
      host.absence(of: .pids, in: GroupFacts(path: "/c/s")) == .notHandedOn(.pids, path: "/c/s"))
  }

  @Test("a blank in the mount point, and a group below")
  func escaped() throws {
    let host = try host("41 31 0:38 / /my\\040groups rw - cgroup2 cgroup2 rw\n", own: "0::/a/b\n")
    #expect(host.ownGroup == "/my groups/a/b")
  }

  @Test("the writable one of two mounts, the one that shows the own group before it")
  func several() throws {
    let both = """
      1 0 0:38 / /ro ro - cgroup2 cgroup2 rw
      2 0 0:38 / /rw rw - cgroup2 cgroup2 rw
      3 0 0:38 /other /part rw - cgroup2 cgroup2 rw

      """
    #expect(try host(both, own: "0::/a\n").ownGroup == "/rw/a")
    let part = "1 0 0:38 /other /part rw - cgroup2 c rw\n2 0 0:38 / /ro ro - cgroup2 c rw\n"
    #expect(throws: Obstacle.readOnly(mountPoint: "/ro")) { try host(part, own: "0::/a\n") }
  }

  @Test("a mount that a later one hides is none")
  func hidden() {
    let mounts = "1 0 0:38 / /c rw - cgroup2 cgroup2 rw\n2 0 0:40 / /c rw - tmpfs tmpfs rw\n"
    #expect(throws: Obstacle.notMounted) { try host(mounts, own: "0::/a\n") }
  }

  @Test("a container that sees only its own part of the hierarchy")
  func bindMount() throws {
    let host = try host(
      "1 0 0:38 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n", own: "0::/docker/abc/x\n")
    #expect(host.ownGroup == "/sys/fs/cgroup/x")
  }

  static let refusals: [(String, String, Obstacle)] = [
    ("", "0::/\n", .notMounted),
    ("1 0 0:38 / /c rw - cgroup2 c rw\n", "2:cpu:/\n", .notMounted),
    ("1 0 0:38 / /c ro - cgroup2 c rw\n", "0::/\n", .readOnly(mountPoint: "/c")),
    ("1 0 0:38 / /c rw - cgroup2 c ro\n", "0::/\n", .readOnly(mountPoint: "/c")),
    ("1 0 0:38 /.. /c rw - cgroup2 c rw\n", "0::/\n", .outsideNamespace(group: "/")),
    ("1 0 0:38 / /c rw - cgroup2 c rw\n", "0::/../x\n", .outsideNamespace(group: "/../x")),
    ("1 0 0:38 / /c rw - cgroup2 c rw\n", "0::/x (deleted)\n", .ownGroupRemoved),
  ]

  @Test("each refusal says its cause, and what mends it", arguments: refusals)
  func refusal(mounts: String, own: String, obstacle: Obstacle) {
    #expect(throws: obstacle) { try host(mounts, own: own) }
    #expect(!obstacle.description.isEmpty && !obstacle.remedy.isEmpty)
  }

  static let named: [(String, [String]?)] = [
    ("/sys/fs/cgroup/a/b", ["a", "b"]), ("/a/b", ["a", "b"]), ("/", []), ("/sys/fs/cgroup", []), ("a", nil),
    ("/a/../..", nil), ("", nil), ("/sys/fs/cgroup/../x", nil),
  ]

  @Test(
    "a named group: by its path in the hierarchy or by its directory, and never upwards", arguments: named)
  func namedGroup(path: String, names: [String]?) {
    let mount = CgroupMount(mountPoint: "/sys/fs/cgroup", root: HierarchyPath("/"), isReadOnly: false)
    #expect(NamedGroup.names(of: path, in: mount) == names)
  }
}
