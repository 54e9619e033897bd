import LinuxSystem

/// The groups that a process is in, of `/proc/PID/cgroup`. Example of a hybrid host:
///
///     9:name=systemd:/
///     4:memory:/build/ce41
///     0::/user.slice/user-1000.slice/session-3.scope
///
/// Source: cgroups(7).
package struct OwnGroup: Sendable, Hashable {
  /// The v2 group; nil where the kernel has none.
  package var path: HierarchyPath?
  /// Whether that group was removed.
  package var isDeleted: Bool
  /// The v1 controllers that are in use, by their v1 names: v2 can't have them at the same time.
  package var versionOneControllers: Set<String>

  /// Reads the file's text. Lines that are not in the documented form are passed over.
  package init(parsing bytes: [UInt8]) {
    let unified = CgroupPath(bytes: bytes)
    path = unified.map { HierarchyPath($0.path) }
    isDeleted = unified?.isDeleted ?? false
    versionOneControllers = []
    for line in KernelText.lines(bytes) {
      let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      for name in fields[1].split(separator: UInt8(ascii: ",")) {
        versionOneControllers.insert(KernelText.string(name))
      }
    }
  }
}
