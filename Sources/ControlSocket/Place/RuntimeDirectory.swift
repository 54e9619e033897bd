package import LinuxSystem
import ResourceModel

/// A directory in which a user's supervisors have their sockets: that user's alone.
package struct RuntimeDirectory: Sendable, Hashable {
  /// Its path.
  package let path: String
  /// Whose it has to be.
  package let owner: UInt32

  package init(path: String, owner: UInt32) {
    self.path = path
    self.owner = owner
  }

  /// The variable that names another one.
  package static let variable = "RMRUN_RUNTIME_DIR"

  /// Where a user's supervisors may have their sockets, the best place first: `$RMRUN_RUNTIME_DIR` and no other; else `/run/rmrun`
  /// for root, `$XDG_RUNTIME_DIR/rmrun` and what stands for it where it isn't set for others; then `/tmp/rmrun-UID`.
  package static func places(user: UInt32, environment: (String) -> String?) -> [RuntimeDirectory] {
    func absolute(_ name: String) -> String? { environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let paths: [String]
    if let named = absolute(variable) {
      paths = [named]
    } else if user == 0 {
      // Not what sudo may have left of another user's.
      paths = ["/run/rmrun", "/tmp/rmrun-0"]
    } else {
      let session = absolute("XDG_RUNTIME_DIR").map { $0 + "/rmrun" }
      let standard = "/run/user/\(user)/rmrun"
      paths = (session.map { [$0] } ?? []) + (session == standard ? [] : [standard]) + ["/tmp/rmrun-\(user)"]
    }
    return paths.map { RuntimeDirectory(path: $0, owner: user) }
  }

  /// All users' directories on this host, for root: those of `/run/user`, and those of `/tmp`.
  package static func placesOfOthers() -> [RuntimeDirectory] {
    func users(in directory: String, prefix: String, suffix: String) -> [RuntimeDirectory] {
      let entries = try? Descriptor.open(directory, [.readOnly, .directory]).entries()
      return (entries ?? []).compactMap { entry in
        guard entry.name.hasPrefix(prefix), let user = UInt32(entry.name.dropFirst(prefix.count)), user != 0
        else { return nil }
        return RuntimeDirectory(path: directory + "/" + entry.name + suffix, owner: user)
      }
    }
    return users(in: "/run/user", prefix: "", suffix: "/rmrun")
      + users(in: "/tmp", prefix: "rmrun-", suffix: "")
  }

  /// Opens it. Throws if it is missing, a link, another user's, or open to others.
  package func open() throws(SystemError) -> Descriptor {
    let directory = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
    let status = try directory.status()
    guard status.owner == owner, status.permissions & 0o077 == 0 else {
      throw SystemError("use the runtime directory", path: path, code: .permission)
    }
    return directory
  }

  /// Opens it, and makes it if it is missing and what it lies in is there.
  package func make() throws(SystemError) -> Descriptor {
    do {
      return try open()
    } catch  where error.code == .notFound {
      do {
        try Descriptor.open("/", [.readOnly, .directory]).makeDirectory(path, mode: 0o700)
      } catch  where error.code == .exists {}
      return try open()
    }
  }
}
