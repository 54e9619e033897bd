import GRDB
import ResourceModel

/// Lines of an account's books, with the movements that they belong to.
enum HistoryRow {
  static func last(_ count: Int, of account: AccountID, _ database: Database) throws -> [HistoryLine] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT movement.id, movement.time, movement.kind, entry.book, entry.amount, job.id, movement.note
        FROM entry JOIN movement ON movement.id = entry.movement LEFT JOIN job ON job.number = entry.job
        WHERE entry.account = ? ORDER BY entry.id DESC LIMIT ?
        """, arguments: [account.rawValue, count]
    ).map { row in
      guard let kind = MovementKind(rawValue: row[2]), let book = Book(rawValue: row[3]) else {
        throw RowError(table: "movement", row: row[0])
      }
      return HistoryLine(
        movement: row[0], time: WallTime(microseconds: row[1]), kind: kind, book: book,
        amount: Credits(row[4]), job: row[5], note: row[6])
    }
  }
}
