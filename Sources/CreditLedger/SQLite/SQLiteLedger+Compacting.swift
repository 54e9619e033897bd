import GRDB
import LinuxSystem
package import ResourceModel

/// What a compaction did.
package struct Compaction: Sendable {
  /// Readings that were removed.
  package var readings: Int
  /// Movements whose lines are part of their day's last one now.
  package var movements: Int
  /// Idempotency keys that were removed.
  package var keys: Int
  /// The size of the file and its log before.
  package var sizeBefore: ByteCount
  /// The same afterwards.
  package var sizeAfter: ByteCount
}

extension SQLiteLedger {
  /// Removes what nobody needs any more of jobs that ended before a time, makes one movement of all charges of each day before it, and
  /// writes the file anew. Every balance can still be derived, and what each job was charged.
  ///
  /// It needs as much room on the disk as the ledger takes; if there is too little, nothing is lost.
  package func compact(before time: WallTime) throws(LedgerError) -> Compaction {
    let before = size
    let removed = try transaction(isDurable: true, at: time) { books in
      (
        readings: try ReadingRow.thin(before: time, books.database),
        movements: try ChargeFolding.fold(before: time, books.database),
        keys: try OperationRow.forget(before: time, books.database)
      )
    }
    try Self.translating(path) { try connection.vacuum() }
    return Compaction(
      readings: removed.readings, movements: removed.movements, keys: removed.keys, sizeBefore: before,
      sizeAfter: size)
  }

  private var size: ByteCount {
    let sizes = [path, path + "-wal"].map { (try? FileStatus.of($0))?.size ?? 0 }
    return ByteCount(bytes: UInt64(clamping: sizes.reduce(0, +)))
  }
}
