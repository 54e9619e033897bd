import GRDB
import ResourceModel

/// Jobs to and from their table.
enum JobRow {
  private static let columns = """
    number, account, budget, held, charged, overdraft, settlement, id, name, boot, opened,
    (SELECT path FROM account WHERE account.id = job.account), rating
    """

  private static let selectRecord = "SELECT \(columns) FROM job WHERE id = ?"
  private static let selectHolding =
    "SELECT number, account, budget, held, charged, overdraft, settlement FROM job WHERE id = ?"
  private static let insert = """
    INSERT INTO job (id, account, budget, held, charged, overdraft, name, boot, opened, rating)
    VALUES (?, ?, ?, 0, 0, 0, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
    """
  private static let update = """
    UPDATE job SET budget = ?, held = ?, charged = ?, overdraft = ?, rating = coalesce(?, rating) WHERE number = ?
    """
  private static let settle = "UPDATE job SET settlement = ? WHERE number = ?"

  static func record(_ id: String, _ database: Database) throws -> JobRecord? {
    try Row.fetchOne(try database.cachedStatement(sql: selectRecord), arguments: [id]).map(record)
  }

  static func open(_ database: Database) throws -> [JobRecord] {
    try Row.fetchAll(
      database, sql: "SELECT \(columns) FROM job WHERE settlement IS NULL ORDER BY number"
    ).map(record)
  }

  /// What a charge needs, without the texts.
  static func holding(_ id: String, _ database: Database) throws -> JobHolding? {
    try Row.fetchOne(try database.cachedStatement(sql: selectHolding), arguments: [id]).map(holding)
  }

  /// - Returns: the job's number; nil if it is there already.
  static func insert(_ intent: JobIntent, account: AccountID, at time: WallTime, _ database: Database) throws
    -> JobNumber?
  {
    try database.cachedStatement(sql: insert).execute(arguments: [
      intent.id, account.rawValue, intent.budget.microcredits, intent.name, intent.boot, time.microseconds,
      intent.rating,
    ])
    return database.changesCount == 0 ? nil : JobNumber(rawValue: database.lastInsertedRowID)
  }

  /// - Parameter rating: nil leaves it as it was.
  static func update(_ job: JobHolding, rating: String? = nil, _ database: Database) throws {
    try database.cachedStatement(sql: update).execute(arguments: [
      job.budget.microcredits, job.held.microcredits, job.charged.microcredits, job.overdraft.microcredits,
      rating, job.number.rawValue,
    ])
  }

  static func settle(_ job: JobHolding, _ settlement: Settlement, _ database: Database) throws {
    try database.cachedStatement(sql: settle)
      .execute(arguments: [settlement.rawValue, job.number.rawValue])
  }

  private static func holding(_ row: Row) -> JobHolding {
    var job = JobHolding(
      number: JobNumber(rawValue: row[0]), account: AccountID(rawValue: row[1]), budget: Credits(row[2]))
    job.held = Credits(row[3])
    job.charged = Credits(row[4])
    job.overdraft = Credits(row[5])
    job.isSettled = (row[6] as String?) != nil
    return job
  }

  private static func record(_ row: Row) throws -> JobRecord {
    guard let path = try? AccountPath(parsing: row[11]) else {
      throw RowError(table: "job", row: row[0])
    }
    let holding = holding(row)
    return JobRecord(
      intent: JobIntent(
        id: row[7], account: path, budget: holding.budget, name: row[8], boot: row[9], rating: row[12]),
      holding: holding, settlement: (row[6] as String?).flatMap(Settlement.init),
      opened: WallTime(microseconds: row[10]))
  }
}
