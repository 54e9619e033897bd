/// What of the system a job gets of its own. Source: namespaces(7).
public enum Namespace: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Process numbers: other processes are out of sight.
  case pid
  /// Mounts: a read-only view of the files, with places that are writable.
  case mount
  /// System V and POSIX message queues, semaphores and shared memory.
  case ipc
  /// The host's name.
  case uts
  /// Network interfaces, of which it has the loopback alone, and abstract sockets.
  case net
  /// The root of the tree of groups.
  case cgroup
  /// Users and capabilities.
  case user

  /// In the order of declaration.
  public static func < (left: Namespace, right: Namespace) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Reads a list such as `pid,mount`, `all` or `none`.
  public static func set(parsing text: String) throws(ValueError) -> Set<Namespace> {
    if text == "all" { return Set(allCases) }
    if text == "none" { return [] }
    var found = Set<Namespace>()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(part)
      guard let namespace = Namespace(rawValue: name) else {
        let near = allCases.map(\.rawValue).nearest(to: name).map { "; did you mean '\($0)'?" } ?? ""
        throw ValueError(
          name, expected: "a list of pid, mount, ipc, uts, net, cgroup, user; or all, or none" + near)
      }
      found.insert(namespace)
    }
    return found
  }
}
