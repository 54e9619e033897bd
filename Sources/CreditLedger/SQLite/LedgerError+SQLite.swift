import GRDB

extension LedgerError {
  /// What SQLite says, and what to do about it. Result codes: https://www.sqlite.org/rescode.html
  init(_ error: DatabaseError, on path: String) {
    let reason = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "the ledger \(path) is held by another process; try again, or end that one")
    case .SQLITE_FULL:
      self.init(.full, "the ledger \(path): the disk is full; make room, or name another one with --ledger")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
      self.init(
        .readOnly,
        "the ledger \(path) can't be written: \(reason); mend its permissions, or name another one with --ledger"
      )
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .corrupt,
        "the ledger \(path) is damaged: \(reason); keep it, look with `rmrun ledger verify`, and go on with a backup"
      )
    case .SQLITE_IOERR:
      self.init(.failed, "the ledger \(path): its disk failed: \(reason)")
    default: self.init(.failed, "the ledger \(path): \(reason)")
    }
  }
}
