import Testing

@testable import LinuxSystem

@Suite("mountinfo")
struct MountInfoTests {
  static let line =
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n"

  @Test func allFieldsAreRead() throws {
    let mount = try #require(MountInfo.parse(Self.line.bytes).first)
    #expect(mount.id == 36)
    #expect(mount.parent == 35)
    #expect(mount.device == DeviceNumber(major: 98, minor: 0))
    #expect(mount.root == "/mnt1")
    #expect(mount.mountPoint == "/mnt2")
    #expect(mount.options == ["rw", "noatime"])
    #expect(mount.optionalFields == ["master:1", "shared:7"])
    #expect(mount.fileSystemType == "ext3")
    #expect(mount.source == "/dev/root")
    #expect(mount.superOptions == ["rw", "errors=continue"])
    #expect(!mount.isReadOnly)
  }

  @Test(
    "octal escapes",
    arguments: [
      ("/a\\040b", "/a b"), ("/a\\011b", "/a\tb"), ("/a\\012b", "/a\nb"), ("/a\\134b", "/a\\b"),
      ("/\\134040", "/\\040"), ("/a\\04", "/a\\04"), ("/a\\999b", "/a\\999b"), ("/a\\777b", "/a\\777b"),
      ("\\", "\\"),
      ("/\\303\\266", "/ö"),
    ])
  func escapes(_ written: String, _ meant: String) {
    #expect(MountInfo.unescaped(written.bytes[...]) == meant)
  }

  @Test(
    "a mount without optional fields, with an empty source, or a dash in its fields",
    arguments: [
      ("41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw", "cgroup2", "cgroup2"),
      ("41 31 0:38 / /x rw -  none rw", "", "none"),
      ("41 31 0:38 / /x rw shared:1 - tmpfs  rw", "tmpfs", ""),
      ("41 31 0:38 /- /- rw - tmpfs - rw", "tmpfs", "-"),
    ])
  func shapes(_ line: String, _ type: String, _ source: String) throws {
    let mount = try #require(MountInfo.parse(line.bytes).first)
    #expect(mount.fileSystemType == type)
    #expect(mount.source == source)
  }

  @Test(
    "read-only in the mount or in the file system",
    arguments: [
      ("1 2 0:1 / /x ro - cgroup2 none rw", true), ("1 2 0:1 / /x rw - cgroup2 none ro", true),
      ("1 2 0:1 / /x rw - cgroup2 none rw,rootcontext=ro", false),
    ])
  func readOnly(_ line: String, _ expected: Bool) throws {
    #expect(try #require(MountInfo.parse(line.bytes).first).isReadOnly == expected)
  }

  @Test func aLineInAnotherFormIsLeftOut() {
    let text = "nonsense\n" + Self.line + "1 2 3 / /x rw - a b c\n" + Self.line
    #expect(MountInfo.parse(text.bytes).count == 2)
  }

  @Test func thisProcessHasARoot() throws {
    #expect(try MountInfo.current().contains { $0.mountPoint == "/" })
  }
}
