import LinuxSystem
import ResourceModel

/// Where the ledger lies, and whether only its owner can get at it.
package enum LedgerFile {
  /// The ledger's file: `$RMRUN_LEDGER`, else `/var/lib/rmrun/ledger.db` for root and `$XDG_STATE_HOME/rmrun/ledger.db` (by
  /// default `~/.local/state`) for a user. Nil if that user has no home.
  package static func standard(user: UInt32, home: String?, environment: (String) -> String?) -> String? {
    if let named = environment("RMRUN_LEDGER"), !named.isEmpty { return named }
    if user == 0 { return "/var/lib/rmrun/ledger.db" }
    // The specification: relative paths are to be ignored.
    if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/rmrun/ledger.db" }
    return home.map { $0 + "/.local/state/rmrun/ledger.db" }
  }

  /// Makes the file (mode 0600) and its directories (mode 0700) if they are missing, and refuses it where somebody else could
  /// replace it or write to it: who keeps the books decides who may spend.
  static func prepare(_ path: String) throws(LedgerError) {
    do throws(SystemError) {
      let (directory, name) = split(path)
      let parent = try openDirectory(directory)
      try check(try parent.status(), isDirectory: true, path: directory)
      let file = try parent.open(name, [.readWrite, .create, .noFollow, .nonBlocking], mode: 0o600)
      try check(try file.status(), isDirectory: false, path: path)
    } catch {
      throw LedgerError(error, on: path)
    }
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
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

  private static func check(_ status: FileStatus, isDirectory: Bool, path: String) throws(SystemError) {
    guard isDirectory || status.kind == .regular else {
      throw SystemError("keep a ledger in", path: path, code: .unsupported)
    }
    let isOwned = status.owner == OwnProcess.effectiveUser || status.owner == 0
    // In a directory with the sticky bit others can't replace what is not theirs.
    let othersWrite = status.permissions & 0o022 != 0 && status.permissions & 0o1000 == 0
    guard isOwned, !othersWrite else {
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
        "the ledger \(path): others own or may write \(error.path ?? path); mend that, or name another one with --ledger"
      )
    default: self.init(.failed, "the ledger \(path): \(error); name another one with --ledger")
    }
  }
}
