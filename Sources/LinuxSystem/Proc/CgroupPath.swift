/// The cgroup v2 line of `/proc/PID/cgroup`. Source: cgroups(7).
///
///     0::/user.slice/session-1.scope
///     0::/job-7/main (deleted)
///     0::/../sibling                     (outside of the reader's cgroup namespace)
package struct CgroupPath: Sendable, Hashable {
  /// From the root of the reader's cgroup namespace, beginning with `/`.
  package let path: String
  /// Whether the group was removed: its last process is a zombie that nobody waited for.
  package let isDeleted: Bool
  /// Whether it lies outside of the reader's namespace, where it can't be reached.
  package var isOutsideNamespace: Bool { path == "/.." || path.hasPrefix("/../") }

  /// Nil if there is no v2 line: no cgroup v2 in this kernel, or contents that aren't in the documented form.
  ///
  /// A group's name may hold a newline, which the kernel doesn't escape: the v2 line comes last, so the path is all
  /// that follows.
  package init?(bytes: [UInt8]) {
    let mark = Array("0::".utf8)
    guard let start = Self.start(of: mark, in: bytes) else { return nil }
    var path = bytes[(start + mark.count)...]
    if path.last == KernelText.newline { path.removeLast() }
    guard path.first == UInt8(ascii: "/") else { return nil }
    let suffix = Array(" (deleted)".utf8)
    self.isDeleted = path.count > suffix.count && path.suffix(suffix.count).elementsEqual(suffix)
    self.path = KernelText.string(isDeleted ? path.dropLast(suffix.count) : path)
  }

  /// At the start of a line. The first such: v1 lines before it begin with another number.
  private static func start(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
    if bytes.starts(with: mark) { return 0 }
    return bytes.indices.first {
      bytes[$0] == KernelText.newline && bytes[($0 + 1)...].starts(with: mark)
    }.map { $0 + 1 }
  }
}
