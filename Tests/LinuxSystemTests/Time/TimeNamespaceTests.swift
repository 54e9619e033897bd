import ResourceModel
import Testing

@testable import LinuxSystem

@Suite("The clocks of a time namespace")
struct TimeNamespaceTests {
  private func offset(_ text: String) throws(SystemError) -> Duration {
    try TimeNamespace(parsing: Array(text.utf8), path: "offsets").boottimeOffset
  }

  @Test("are ahead of the machine's, or behind")
  func offsets() throws {
    #expect(try offset("monotonic           0         0\nboottime            0         0\n") == .zero)
    #expect(
      try offset("monotonic           5         0\nboottime       100000         7\n")
        == .nanoseconds(100_000_000_000_007))
    #expect(try offset("1 0 0\n7 -10 500000000\n") == .milliseconds(-9500))
  }

  @Test(
    "are unknown where the file says nothing of it",
    arguments: ["", "monotonic 0 0\n", "boottime x 0\n", "boottime 1\n"])
  func malformed(text: String) {
    let error = #expect(throws: SystemError.self) { try offset(text) }
    #expect(error?.code == .malformed)
  }

  @Test("the machine's time is what is left without the offset")
  func machineTime() throws {
    let namespace = try TimeNamespace(parsing: Array("boottime 100 0".utf8), path: "offsets")
    #expect(
      namespace.machineTime(Instant(nanoseconds: 101_000_000_000)) == Instant(nanoseconds: 1_000_000_000))
    _ = try TimeNamespace.own()
  }
}
