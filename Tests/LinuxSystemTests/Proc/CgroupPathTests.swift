import Testing

@testable import LinuxSystem

@Suite("/proc/PID/cgroup")
struct CgroupPathTests {
  @Test(
    "the v2 line",
    arguments: [
      ("0::/\n", "/", false), ("0::/user.slice/session-1.scope\n", "/user.slice/session-1.scope", false),
      ("0::/job/main (deleted)\n", "/job/main", true), ("0::/no-newline", "/no-newline", false),
      ("4:memory:/x\n1:name=systemd:/y\n0::/z\n", "/z", false),
      ("0::/odd:name 0::/x\n", "/odd:name 0::/x", false), ("0::/line\nbreak\n", "/line\nbreak", false),
      ("0:: (deleted)/x\n", nil, false), ("0::/ (deleted)\n", "/", true), ("10::/x\n", nil, false),
      ("1:cpu:/x\n", nil, false), ("0::relative\n", nil, false),
    ] as [(String, String?, Bool)])
  func line(_ text: String, _ path: String?, _ isDeleted: Bool) {
    let found = CgroupPath(bytes: text.bytes)
    #expect(found?.path == path)
    #expect(found?.isDeleted ?? false == isDeleted)
  }

  @Test(
    "outside of the namespace", arguments: [("0::/..\n", true), ("0::/../x\n", true), ("0::/..x\n", false)])
  func outside(_ text: String, _ expected: Bool) {
    #expect(CgroupPath(bytes: text.bytes)?.isOutsideNamespace == expected)
  }
}
