import GRDB
import ResourceModel

/// Makes one movement of all charges of a day.
///
/// Each job is charged every 10 s while it runs, and each time every account above it: that is most of a ledger. Added up by account, book
/// and job they say the same: every movement still comes to zero, and so does every account.
///
///     10:00:00  acme used +3, reserved −3   job a used +3, reserved −3
///     10:00:10  acme used +2, reserved −2   job b used +2, reserved −2
///     ────────────────────────────────────────────────────────────────
///     10:00:10  acme used +5, reserved −5   job a used +3, reserved −3   job b used +2, reserved −2
enum ChargeFolding {
  private static let day = 86_400_000_000
  /// Charges before a time.
  private static let charges = "kind = 'charge' AND time < ?"

  /// Folds the charges of every day (UTC) that was over at a time.
  /// - Returns: how many movements went.
  static func fold(before time: WallTime, _ database: Database) throws -> Int {
    let (days, _) = time.microseconds.quotientAndRemainder(dividingByFloor: Int64(day))
    let (end, _) = days.multipliedReportingOverflow(by: Int64(day))
    // A day's last movement takes what the others of it say; of the lines that are added up the last stays, in its place.
    try database.execute(
      sql: """
        CREATE TEMP TABLE folded_day AS
          SELECT time / \(day) AS day, max(id) AS movement FROM movement WHERE \(charges) GROUP BY 1 HAVING count(*) > 1;
        """, arguments: [end])
    try database.execute(
      sql: """
        CREATE TEMP TABLE folded_line AS
          SELECT max(entry.id) AS id, folded_day.movement AS movement, sum(amount) AS amount
          FROM folded_day JOIN movement ON movement.time / \(day) = folded_day.day
            JOIN entry ON entry.movement = movement.id
          WHERE \(charges) GROUP BY folded_day.movement, account, book, job;
        """, arguments: [end])
    try database.execute(
      sql: """
        CREATE TEMP TABLE folded_movement AS
          SELECT id FROM movement WHERE \(charges) AND time / \(day) IN (SELECT day FROM folded_day);
        """, arguments: [end])
    try database.execute(
      sql: """
        DELETE FROM entry WHERE movement IN (SELECT id FROM folded_movement) AND id NOT IN (SELECT id FROM folded_line);
        UPDATE entry SET movement = folded_line.movement, amount = folded_line.amount
          FROM folded_line WHERE entry.id = folded_line.id;
        DELETE FROM movement WHERE id IN (SELECT id FROM folded_movement) AND id NOT IN (SELECT movement FROM folded_day);
        """)
    let gone = database.changesCount
    try database.execute(
      sql: "DROP TABLE folded_day; DROP TABLE folded_line; DROP TABLE folded_movement")
    return gone
  }
}
