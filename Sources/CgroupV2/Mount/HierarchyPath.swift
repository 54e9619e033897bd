import ResourceModel

/// The path of a group inside the hierarchy, as the reader's cgroup namespace shows it: `/user.slice/job-7`.
///
/// It is what `/proc/PID/cgroup` and the fourth field of mountinfo hold, and no path of the file system.
/// Groups outside of the namespace begin with `/..`.
package struct HierarchyPath: Sendable, Hashable, CustomStringConvertible {
  /// The names below the namespace's root; none for that root itself.
  package var names: [String]

  /// Takes the path apart. Empty names and `.` are dropped.
  package init(_ text: String) {
    names = text.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  /// Whether the path climbs out of the reader's cgroup namespace.
  package var isOutsideNamespace: Bool { names.contains("..") }

  /// The names that lead from `ancestor` to this group; nil when it does not lie there, or when the way can't
  /// be known: seen from `/..`, the namespace's own root has a name that the namespace hides.
  package func names(below ancestor: HierarchyPath) -> [String]? {
    guard names.starts(with: ancestor.names) else { return nil }
    let rest = names.dropFirst(ancestor.names.count)
    return rest.contains("..") ? nil : Array(rest)
  }

  /// `/user.slice/job-7`.
  package var description: String { "/" + names.concatenated(by: "/") }
}
