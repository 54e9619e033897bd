import GRDB
import LinuxSystem
import ResourceModel

/// Accounts to and from their two tables.
enum AccountRow {
  static let select = """
    SELECT id, path, parent, credit_limit, allocation, guarantee, warning, emergency, hard, period, rolls_over, price_book,
      default_budget, maximal_jobs, maximal_depth, overdraft, labels, used_before, period_end, is_closed,
      granted, available, reserved, used, live_jobs
    FROM account JOIN balance ON balance.account = account.id
    """
  static let selectByNumber = select + " WHERE account.id = ?"
  private static let updateBalance =
    "UPDATE balance SET granted = ?, available = ?, reserved = ?, used = ?, live_jobs = ? WHERE account = ?"

  /// Nil if there is none of that path.
  static func find(_ path: AccountPath, _ database: Database) throws -> Account? {
    let statement = try database.cachedStatement(sql: select + " WHERE path = ?")
    return try Row.fetchOne(statement, arguments: [path.description]).map(account)
  }

  static func account(_ row: Row) throws -> Account {
    let path: String = row[1]
    guard let place = try? AccountPath(parsing: path), let allocation = AllocationPolicy(rawValue: row[4])
    else { throw RowError(table: "account", row: row[0]) }
    var attributes = AccountAttributes()
    attributes.limit = Limit(row[3])
    attributes.allocation = allocation
    attributes.guarantee = Credits(row[5])
    attributes.thresholds.warning = Share(millionths: row[6])
    attributes.thresholds.emergency = Share(millionths: row[7])
    attributes.thresholds.hard = Share(millionths: row[8])
    attributes.period = (row[9] as String?).flatMap(BudgetPeriod.init)
    attributes.rollsOver = row[10]
    attributes.priceBook = row[11]
    attributes.defaultBudget = (row[12] as Int64?).map { Credits($0) }
    attributes.maximalJobs = Limit(row[13])
    attributes.maximalDepth = Limit(row[14])
    attributes.overdraft = Credits(row[15])
    attributes.labels = Labels.decoded(row[16])
    var account = Account(
      id: AccountID(rawValue: row[0]), path: place,
      parent: (row[2] as Int64?).map { AccountID(rawValue: $0) },
      attributes: attributes)
    account.usedBefore = Credits(row[17])
    account.periodEnd = (row[18] as Int64?).map { WallTime(microseconds: $0) }
    account.isClosed = row[19]
    account.balance.granted = Credits(row[20])
    account.balance.available = Credits(row[21])
    account.balance.reserved = Credits(row[22])
    account.balance.used = Credits(row[23])
    account.liveJobs = row[24]
    return account
  }

  static func insert(_ account: Account, _ database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO account (
          credit_limit, allocation, guarantee, warning, emergency, hard, period, rolls_over, price_book, default_budget,
          maximal_jobs, maximal_depth, overdraft, labels, used_before, period_end, is_closed, id, path, parent)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: attributes(of: account) + [
        account.id.rawValue, account.path.description, account.parent?.rawValue,
      ])
    try database.execute(
      sql: "INSERT INTO balance VALUES (?, 0, 0, 0, 0, 0)", arguments: [account.id.rawValue])
  }

  static func update(_ account: Account, _ database: Database) throws {
    try database.cachedStatement(
      sql: """
        UPDATE account SET credit_limit = ?, allocation = ?, guarantee = ?, warning = ?, emergency = ?, hard = ?, period = ?,
          rolls_over = ?, price_book = ?, default_budget = ?, maximal_jobs = ?, maximal_depth = ?, overdraft = ?, labels = ?,
          used_before = ?, period_end = ?, is_closed = ?
        WHERE id = ?
        """
    ).execute(arguments: attributes(of: account) + [account.id.rawValue])
  }

  static func updateBalance(_ account: Account, _ database: Database) throws {
    let balance = account.balance
    try database.cachedStatement(sql: updateBalance).execute(arguments: [
      balance.granted.microcredits, balance.available.microcredits, balance.reserved.microcredits,
      balance.used.microcredits, account.liveJobs, account.id.rawValue,
    ])
  }

  private static func attributes(of account: Account) -> StatementArguments {
    let attributes = account.attributes
    return [
      attributes.limit.column, attributes.allocation.rawValue, attributes.guarantee.microcredits,
      attributes.thresholds.warning.millionths, attributes.thresholds.emergency.millionths,
      attributes.thresholds.hard.millionths, attributes.period?.rawValue, attributes.rollsOver,
      attributes.priceBook, attributes.defaultBudget?.microcredits, attributes.maximalJobs.bound,
      attributes.maximalDepth.bound, attributes.overdraft.microcredits, Labels.encoded(attributes.labels),
      account.usedBefore.microcredits, account.periodEnd?.microseconds, account.isClosed,
    ]
  }
}

/// A row that no rmrun has written.
struct RowError: Error, CustomStringConvertible {
  var table: String
  var row: Int64

  var description: String { "row \(row) of table \(table) is not what rmrun writes" }
}

/// Labels as one text: a name and a value to a line, of which neither holds a line break.
enum Labels {
  static func encoded(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
  }

  static func decoded(_ text: String) -> [String: String] {
    var labels: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { labels[String(parts[0])] = String(parts[1]) }
    }
    return labels
  }
}
