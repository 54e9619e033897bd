import GRDB
import ResourceModel

/// One transaction on the books: loads accounts into a posting, and writes what was posted.
struct Books {
  let database: Database
  let time: WallTime
  var posting = Posting([Account]())
  /// The accounts as they were loaded, to write only what has changed.
  private var loaded: [AccountID: Account] = [:]

  private static let selectNumber = "SELECT id FROM account WHERE path = ?"
  private static let insertMovement = "INSERT INTO movement (kind, time, note) VALUES (?, ?, ?)"
  private static let insertEntry =
    "INSERT INTO entry (movement, account, book, amount, job) VALUES (?, ?, ?, ?, ?)"

  init(_ database: Database, at time: WallTime) {
    self.database = database
    self.time = time
  }

  /// Loads an account and all above it, and renews those whose period is over.
  @discardableResult
  mutating func load(_ path: AccountPath) throws -> AccountID {
    guard let id = try find(path) else { throw LedgerError.noAccount(path) }
    try loadChain(from: id)
    return id
  }

  /// As `load`, by number.
  mutating func loadChain(from id: AccountID) throws {
    guard loaded[id] == nil else { return }
    let statement = try database.cachedStatement(sql: AccountRow.selectByNumber)
    var next: AccountID? = id
    var chain: [AccountID] = []
    while let current = next, loaded[current] == nil {
      guard let row = try Row.fetchOne(statement, arguments: [current.rawValue]) else {
        throw RowError(table: "account", row: current.rawValue)
      }
      add(try AccountRow.account(row))
      chain.append(current)
      next = posting[current].parent
    }
    for id in chain.reversed() where posting.isDue(id, at: time) { try renew(id) }
  }

  /// Makes an account that stands in the tables and has empty books.
  mutating func make(_ path: AccountPath, _ attributes: AccountAttributes) throws -> AccountID {
    if try find(path) != nil {
      throw LedgerError(.exists(path), "there is an account \(path) already; `rmrun account show \(path)`")
    }
    let parent = try path.parent.map { try load($0) }
    let number = try Int64.fetchOne(database, sql: "SELECT coalesce(max(id), 0) + 1 FROM account") ?? 1
    let account = Account(
      id: AccountID(rawValue: number), path: path, parent: parent, attributes: attributes)
    try AccountRow.insert(account, database)
    add(account)
    return account.id
  }

  /// Writes what was posted since the last time as one movement. One that moved nothing is none.
  mutating func write(_ kind: MovementKind, note: String? = nil) throws {
    let entries = posting.entries
    posting.beginMovement()
    guard !entries.isEmpty else { return }
    try database.cachedStatement(sql: Self.insertMovement)
      .execute(arguments: [kind.rawValue, time.microseconds, note])
    let movement = database.lastInsertedRowID
    let insert = try database.cachedStatement(sql: Self.insertEntry)
    for entry in entries {
      try insert.execute(arguments: [
        movement, entry.account.rawValue, entry.book.rawValue, entry.amount.microcredits,
        entry.job?.rawValue,
      ])
    }
  }

  /// Writes the accounts as they stand.
  func finish() throws {
    for (id, before) in loaded {
      let now = posting[id]
      if now.balance != before.balance || now.liveJobs != before.liveJobs {
        try AccountRow.updateBalance(now, database)
      }
      var compared = before
      (compared.balance, compared.liveJobs) = (now.balance, now.liveJobs)
      if compared != now { try AccountRow.update(now, database) }
    }
  }

  /// The account and all above it, as they stand.
  func accounts(from id: AccountID) -> [Account] { posting.chain(of: id).map { posting[$0] } }

  private mutating func add(_ account: Account) {
    posting.add(account)
    loaded[account.id] = account
  }

  private mutating func renew(_ id: AccountID) throws {
    try posting.lapse(id, at: time)
    try write(.expire)
    try posting.renew(id)
    try write(.grant, note: "new period")
  }

  private func find(_ path: AccountPath) throws -> AccountID? {
    let statement = try database.cachedStatement(sql: Self.selectNumber)
    return try Int64.fetchOne(statement, arguments: [path.description]).map { AccountID(rawValue: $0) }
  }
}
