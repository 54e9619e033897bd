import LinuxSystem
import ResourceModel

/// Where the ledger lies, and whether only its owner can get at it.
package enum LedgerFile {
  /// The ledger's file: `$RMRUN_LEDGER`, else `/var/lib/rmrun/ledger.db` for root and `$XDG_STATE_HOME/rmrun/ledger.db` (by
  /// default `~/.local/state`) for a user. Nil if that user has no home.
  package static func standard(user: UInt32, home: String?, environment: (String) -> String?) -> String? {
    if let named = environment("RMRUN_LEDGER"), !named.isEmpty { return named }
    let directories = ownDirectories(home: home, environment: environment)
    return (user == 0 ? directories.first : directories.dropFirst().first).map { $0 + "/ledger.db" }
  }

  /// The directories that are rmrun's alone, with the ledgers of those who name no other place: root's, then the user's, the best one first.
  package static func ownDirectories(home: String?, environment: (String) -> String?) -> [String] {
    // The specification: relative paths are to be ignored.
    let state = environment("XDG_STATE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    let states = [state, home.map { $0 + "/.local/state" }].compactMap { $0 }
    return ["/var/lib/rmrun"] + states.map { $0 + "/rmrun" }
  }

  /// What stands beside a ledger: SQLite's log and its index, the lock that writers wait for, and the locks of jobs.
  private static let companions = ["-wal", "-shm", "-journal", "-door", "-jobs"]

  /// Refuses the file, or what stands beside it, where somebody else could read, replace or write to it: who keeps the books decides who may
  /// spend. That goes for a directory in which all may make files, too, sticky or not: SQLite would take a log that somebody else has put there
  /// for its own.
  /// - Parameter makes: whether the file (mode 0600) and its directories (mode 0700) are made if they are missing.
  static func prepare(_ path: String, makes: Bool) throws(LedgerError) {
    do throws(SystemError) {
      let (directory, name) = split(path)
      let parent = try makes ? openDirectory(directory) : Descriptor.open(directory, [.readOnly, .directory])
      try checkDirectory(try parent.status(), path: directory)
      for companion in companions { try checkCompanion(name + companion, in: parent, of: directory) }
      let options: Descriptor.OpenOptions = [.readWrite, .noFollow, .nonBlocking]
      let file = try parent.open(name, makes ? options.union(.create) : options, mode: 0o600)
      guard try file.status().kind == .regular else {
        throw SystemError("keep a ledger in", path: path, code: .unsupported)
      }
      try check(try file.status(), path: path)
    } catch  where error.code == .notFound && !makes {
      throw LedgerError(
        .noLedger, "there is no ledger \(path); `rmrun account create` makes one, --ledger names another one")
    } catch {
      throw LedgerError(error, on: path)
    }
  }

  private static func checkCompanion(
    _ name: String, in parent: borrowing Descriptor, of directory: String
  ) throws(SystemError) {
    do {
      try check(try parent.status(of: name), path: directory + "/" + name)
    } catch  where error.code == .notFound {}
  }

  static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = path[..<slash]
    return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
  }

  private static func openDirectory(_ path: String) throws(SystemError) -> Descriptor {
    do {
      return try Descriptor.open(path, [.readOnly, .directory])
    } catch  where error.code == .notFound && path != "/" && path != "." {
      let (above, name) = split(path)
      let parent = try openDirectory(above)
      do {
        try parent.makeDirectory(name, mode: 0o700)
      } catch  where error.code == .exists {}
      return try parent.open(name, [.readOnly, .directory, .noFollow])
    }
  }

  private static func isOwned(_ status: FileStatus) -> Bool {
    status.owner == OwnProcess.effectiveUser || status.owner == 0
  }

  private static func checkDirectory(_ status: FileStatus, path: String) throws(SystemError) {
    guard isOwned(status), status.permissions & 0o022 == 0 else {
      throw SystemError("trust the directory", path: path, code: .permission)
    }
  }

  private static func check(_ status: FileStatus, path: String) throws(SystemError) {
    guard isOwned(status), status.kind != .symbolicLink, status.permissions & 0o066 == 0 else {
      throw SystemError("trust", path: path, code: .permission)
    }
  }
}

extension LedgerError {
  fileprivate init(_ error: SystemError, on path: String) {
    switch error.code {
    case .noSpace: self.init(.full, "the ledger \(path): \(error)")
    case .readOnly: self.init(.readOnly, "the ledger \(path): \(error); name another one with --ledger")
    case .permission where error.operation == "trust":
      self.init(
        .unsafe,
        "the ledger \(path): somebody else owns the file \(error.path ?? path), or may read or write it; mend that (chmod go-rw), "
          + "or name another one with --ledger"
      )
    case .permission where error.operation == "trust the directory":
      self.init(
        .unsafe,
        "the ledger \(path): somebody else owns the directory \(error.path ?? path), or may make files in it; "
          + "name one in a directory of your own with --ledger")
    default: self.init(.failed, "the ledger \(path): \(error); name another one with --ledger")
    }
  }
}
