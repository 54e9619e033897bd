import GRDB
import ResourceModel

/// Lines of an account's books, with the movements that they belong to.
enum HistoryRow {
  private static let select = """
    SELECT movement.id, movement.time, movement.kind, entry.book, entry.amount, job.id, movement.note, account.path
    FROM entry JOIN movement ON movement.id = entry.movement JOIN account ON account.id = entry.account
      LEFT JOIN job ON job.number = entry.job
    """

  static func last(_ count: Int, of account: AccountID, _ database: Database) throws -> [HistoryLine] {
    try Row.fetchAll(
      database, sql: select + " WHERE entry.account = ? ORDER BY entry.id DESC LIMIT ?",
      arguments: [account.rawValue, count]
    ).map(line)
  }

  /// Every line of every account, the oldest first, one after the other: there may be more than memory holds.
  static func each(_ database: Database, _ body: (AccountPath, HistoryLine) throws -> Void) throws {
    let rows = try Row.fetchCursor(database, sql: select + " ORDER BY entry.id")
    while let row = try rows.next() {
      guard let path = try? AccountPath(parsing: row[7]) else { throw RowError(table: "entry", row: row[0]) }
      try body(path, try line(row))
    }
  }

  private static func line(_ row: Row) throws -> HistoryLine {
    guard let kind = MovementKind(rawValue: row[2]), let book = Book(rawValue: row[3]) else {
      throw RowError(table: "movement", row: row[0])
    }
    return HistoryLine(
      movement: row[0], time: WallTime(microseconds: row[1]), kind: kind, book: book, amount: Credits(row[4]),
      job: row[5], note: row[6])
  }
}
