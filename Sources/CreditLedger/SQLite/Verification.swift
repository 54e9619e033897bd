import GRDB
import ResourceModel

/// Derives all that the ledger keeps for speed from its entries again, and compares.
struct Verification {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// What SQLite finds wrong with the file itself.
  func damage() throws -> [String] {
    try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
  }

  /// Each fault of the books in words; none: they are right.
  func faults() throws -> [String] {
    let accounts = try rows(AccountRow.select).map(AccountRow.account)
    return try unbalancedMovements() + unbalancedAccounts(accounts) + differingBalances(accounts)
      + differingReservations(accounts) + overdrafts(accounts) + differingLimits(accounts) + differingJobs()
  }

  private func rows(_ sql: String) throws -> [Row] {
    try Row.fetchAll(try database.cachedStatement(sql: sql))
  }

  private func unbalancedMovements() throws -> [String] {
    try rows(
      """
      SELECT movement, account, sum(amount) AS rest FROM entry GROUP BY movement, account HAVING rest != 0
      UNION ALL SELECT id, NULL, 0 FROM movement WHERE id NOT IN (SELECT movement FROM entry)
      """
    ).map { row in
      let rest = Credits(row[2])
      return "movement \(row[0] as Int64): its entries do not add up to zero, or it has none (\(rest))"
    }
  }

  private func unbalancedAccounts(_ accounts: [Account]) -> [String] {
    accounts.filter { !$0.balance.isBalanced }.map { "account \($0.path): its books do not add up to zero" }
  }

  private func differingBalances(_ accounts: [Account]) throws -> [String] {
    var derived: [Int64: Balance] = [:]
    for row in try rows("SELECT account, book, sum(amount) FROM entry GROUP BY account, book") {
      guard let book = Book(rawValue: row[1]) else { continue }
      derived[row[0], default: Balance()][book] = Credits(row[2])
    }
    return accounts.filter { (derived[$0.id.rawValue] ?? Balance()) != $0.balance }
      .map { "account \($0.path): its balance differs from its entries" }
  }

  /// What is reserved is what open jobs hold and what children still have, and nothing else.
  private func differingReservations(_ accounts: [Account]) throws -> [String] {
    var expected: [AccountID: Credits] = [:]
    var jobs: [AccountID: Int64] = [:]
    for row in try rows(
      "SELECT account, sum(held), count(*) FROM job WHERE settlement IS NULL GROUP BY account")
    {
      expected[AccountID(rawValue: row[0])] = Credits(row[1])
      jobs[AccountID(rawValue: row[0])] = row[2]
    }
    var faults: [String] = []
    // Children before parents, so that their jobs have been counted.
    for account in accounts.sorted(by: { $0.path.depth > $1.path.depth }) {
      if account.balance.reserved != expected[account.id] ?? .zero {
        faults.append(
          "account \(account.path): \(account.balance.reserved) is reserved, its jobs and children hold \(expected[account.id] ?? .zero)"
        )
      }
      if account.liveJobs != jobs[account.id] ?? 0 {
        faults.append(
          "account \(account.path): \(account.liveJobs) jobs counted, \(jobs[account.id] ?? 0) are open")
      }
      guard let parent = account.parent else { continue }
      expected[parent] = (expected[parent] ?? .zero) + account.balance.heldByParent
      jobs[parent, default: 0] += jobs[account.id] ?? 0
    }
    return faults
  }

  /// Nothing is negative but for what was visibly overdrawn: by jobs, by hand, or where the account allows it.
  private func overdrafts(_ accounts: [Account]) throws -> [String] {
    var excused: [AccountID: Credits] = [:]
    for row in try rows(
      """
      SELECT account, sum(overdraft) FROM job GROUP BY account
      UNION ALL SELECT account, sum(amount) FROM entry JOIN movement ON movement.id = entry.movement
      WHERE kind = 'adjust' AND book = 'used' AND amount > 0 GROUP BY account
      """)
    {
      let id = AccountID(rawValue: row[0])
      excused[id] = (excused[id] ?? .zero) + Credits(row[1])
    }
    var faults: [String] = []
    for account in accounts.sorted(by: { $0.path.depth > $1.path.depth }) {
      let own = (excused[account.id] ?? .zero) + account.attributes.overdraft
      if account.balance.available < .zero - own {
        faults.append(
          "account \(account.path): \(account.balance.available) available, more below zero than was overdrawn"
        )
      }
      if account.balance.reserved < .zero || account.balance.used < .zero || account.balance.granted > .zero {
        faults.append("account \(account.path): a book has the wrong sign")
      }
      if let parent = account.parent { excused[parent] = (excused[parent] ?? .zero) + own }
    }
    return faults
  }

  /// An account got no more than its limit; where its parent gives fixed shares it got all of it. So the limits of such an account's
  /// children and what it used itself come to no more than its own limit: what they got is part of what it got. (In a period there is
  /// as much of it as was left above.)
  private func differingLimits(_ accounts: [Account]) -> [String] {
    let strict = Set(accounts.filter { !$0.attributes.allocation.isDrawnFrom }.map(\.id))
    return accounts.compactMap { account in
      guard let limit = account.attributes.limit.bound, account.attributes.period == nil, !account.isClosed
      else { return nil }
      let allotted = account.balance.allotted
      let hasFixedShare = account.parent.map(strict.contains) ?? true
      guard allotted > limit || (hasFixedShare && allotted != limit) else { return nil }
      return "account \(account.path): it got \(allotted) credits, its limit is \(limit)"
    }
  }

  /// A settled job holds nothing, and what a job was charged is what its entries say.
  private func differingJobs() throws -> [String] {
    try rows(
      """
      SELECT 'job ' || id || ': settled, and still holds credits' FROM job WHERE settlement IS NOT NULL AND held != 0
      UNION ALL SELECT 'job ' || id || ': a negative amount' FROM job WHERE held < 0 OR charged < 0 OR overdraft < 0
      UNION ALL SELECT 'job ' || id || ': its charges differ from its entries' FROM job WHERE charged !=
        (SELECT coalesce(sum(amount), 0) FROM entry WHERE entry.job = job.number AND book = 'used')
      UNION ALL SELECT 'job ' || id || ': what it holds differs from its entries' FROM job WHERE held !=
        (SELECT coalesce(sum(amount), 0) FROM entry WHERE entry.job = job.number AND book = 'reserved')
      """
    ).map { $0[0] }
  }
}
