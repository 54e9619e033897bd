package import ResourceModel

/// `/proc/PID/cgroup`: the groups that a process is in. Example of a hybrid host:
///
///     9:name=systemd:/
///     4:memory:/process_api/ce41
///     0::/user.slice/user-1000.slice/session-3.scope
///
/// The line with hierarchy 0 and no controllers is cgroup v2's; it is missing when v2 is not mounted. ` (deleted)` stands
/// behind the path of a group that was removed while the process was its zombie. Source: cgroups(7), cgroup_namespaces(7).
package struct OwnGroup: Sendable, Hashable {
  /// The v2 group; nil where the kernel has none.
  package var path: HierarchyPath?
  /// Whether that group was removed.
  package var isDeleted: Bool
  /// The v1 controllers that are in use, by their v1 names: v2 can't have them at the same time.
  package var versionOneControllers: Set<String>

  private static let deletedSuffix = " (deleted)"

  /// Reads the file's text. Throws for a line without two colons or without an absolute path.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    (path, isDeleted, versionOneControllers) = (nil, false, [])
    var text = KernelText(bytes)
    while let line = try text.line() {
      // A v2 path may hold colons itself, so only the first two are separators.
      let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[2].first == UInt8(ascii: "/") else {
        throw ValueError(line.shown, expected: "a line of /proc/PID/cgroup, such as '0::/user.slice'")
      }
      if fields[0].isText("0"), fields[1].isEmpty {
        take(String(decoding: fields[2], as: UTF8.self))
      } else {
        for name in fields[1].split(separator: UInt8(ascii: ",")) {
          versionOneControllers.insert(String(decoding: name, as: UTF8.self))
        }
      }
    }
  }

  private mutating func take(_ text: String) {
    isDeleted = text.hasSuffix(Self.deletedSuffix)
    path = HierarchyPath(isDeleted ? String(text.dropLast(Self.deletedSuffix.count)) : text)
  }
}
