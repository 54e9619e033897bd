/// What the interfaces of a network namespace have moved, as long as the namespace lasts. Source: proc_pid_net(5), `dev`.
package final class InterfaceCounters: Sendable {
  /// What one interface has moved.
  package struct Interface: Sendable, Hashable {
    package var name: String
    package var receivedBytes: UInt64
    package var receivedPackets: UInt64
    package var sentBytes: UInt64
    package var sentPackets: UInt64
  }

  private let file: KernelFile

  /// Opens those of the namespace that a process is in. The open file keeps the namespace, so that they can be read when its last process is
  /// gone.
  package init(ofProcess pid: Int32) throws(SystemError) {
    file = try KernelFile(path: "/proc/\(pid)/net/dev")
  }

  /// What they have moved so far.
  package func read() throws(SystemError) -> [Interface] {
    guard let interfaces = Self.interfaces(in: try file.readList()) else {
      throw SystemError("understand", path: file.path, code: .malformed)
    }
    return interfaces
  }

  /// Two lines of headings, then `name: bytes packets errs drop fifo frame compressed multicast bytes packets …`, received and sent. Nil for
  /// anything else.
  static func interfaces(in bytes: [UInt8]) -> [Interface]? {
    let lines = KernelText.lines(bytes)
    guard lines.count >= 2 else { return nil }
    var interfaces: [Interface] = []
    for line in lines.dropFirst(2) {
      // A name may have a colon in it, figures have none.
      guard let colon = line.lastIndex(of: UInt8(ascii: ":")) else { return nil }
      let figures = KernelText.words(line[line.index(after: colon)...]).map { KernelText.decimal($0) }
      guard figures.count >= 16, let receivedBytes = figures[0], let receivedPackets = figures[1],
        let sentBytes = figures[8], let sentPackets = figures[9]
      else { return nil }
      let name = KernelText.words(line[..<colon]).first.map(KernelText.string) ?? ""
      interfaces.append(
        Interface(
          name: name, receivedBytes: receivedBytes, receivedPackets: receivedPackets, sentBytes: sentBytes,
          sentPackets: sentPackets))
    }
    return interfaces
  }
}
