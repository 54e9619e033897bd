import GRDB

/// The ledger's tables. A migration that has been released is never edited: another one is added.
enum Migrations {
  /// The version of a ledger that has all migrations: SQLite's `user_version`, which costs no look at its tables.
  private static let version = 3

  /// All migrations, in their order; each sets the version.
  private static var all: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 accounts, jobs and entries") { database in
      try database.execute(sql: first)
      try database.execute(sql: "PRAGMA user_version = 1")
    }
    migrator.registerMigration("2 readings of jobs, places elsewhere") { database in
      try database.execute(sql: second)
      try database.execute(sql: "PRAGMA user_version = 2")
    }
    migrator.registerMigration("3 the loopback in readings of jobs") { database in
      try database.execute(sql: third)
      try database.execute(sql: "PRAGMA user_version = 3")
    }
    return migrator
  }

  /// Whether a ledger is up to date. One that a newer rmrun has written is left alone.
  static func isCurrent(_ database: Database, path: String) throws -> Bool {
    let found = try Int.fetchOne(database.makeStatement(sql: "PRAGMA user_version")) ?? 0
    guard found <= version else {
      throw LedgerError(
        .newer,
        "the ledger \(path) was written by a newer rmrun; use that one, or name another ledger with --ledger")
    }
    return found == version
  }

  /// Brings a ledger up to date.
  static func bring(_ queue: DatabaseQueue, path: String) throws {
    guard try !queue.read({ try isCurrent($0, path: path) }) else { return }
    try queue.writeWithoutTransaction { database in
      // A job changes some 14 pages, whatever their size; each is written to the log, and read and summed up again by who opens the ledger
      // next. Of no effect on one that has tables.
      try database.execute(sql: "PRAGMA page_size = 1024")
      // Readers wait for nobody, and a commit for one write to the disk. One in memory stays as it is.
      try database.execute(sql: "PRAGMA journal_mode = WAL")
    }
    try all.migrate(queue)
  }

  /// Amounts are micro-credits, times are microseconds since 1970, `NULL` is "none" or "unlimited".
  private static let first = """
    CREATE TABLE account (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL UNIQUE,
      parent INTEGER REFERENCES account (id),
      credit_limit INTEGER,
      allocation TEXT NOT NULL,
      guarantee INTEGER NOT NULL,
      warning INTEGER NOT NULL,
      emergency INTEGER NOT NULL,
      hard INTEGER NOT NULL,
      period TEXT,
      rolls_over INTEGER NOT NULL,
      price_book TEXT,
      default_budget INTEGER,
      maximal_jobs INTEGER,
      maximal_depth INTEGER,
      overdraft INTEGER NOT NULL,
      labels TEXT NOT NULL,
      used_before INTEGER NOT NULL,
      period_end INTEGER,
      is_closed INTEGER NOT NULL);
    CREATE INDEX account_parent ON account (parent);

    -- Derived from the entries and the open jobs; `verify` derives it again.
    CREATE TABLE balance (
      account INTEGER PRIMARY KEY REFERENCES account (id),
      granted INTEGER NOT NULL,
      available INTEGER NOT NULL,
      reserved INTEGER NOT NULL,
      used INTEGER NOT NULL,
      live_jobs INTEGER NOT NULL);

    CREATE TABLE job (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      account INTEGER NOT NULL REFERENCES account (id),
      budget INTEGER NOT NULL,
      held INTEGER NOT NULL,
      charged INTEGER NOT NULL,
      overdraft INTEGER NOT NULL,
      name TEXT NOT NULL,
      boot TEXT NOT NULL,
      opened INTEGER NOT NULL,
      -- Where its group is, and how what it used was rated, as of the last reading: for whoever books its end after a crash.
      cgroup TEXT,
      rating TEXT,
      settlement TEXT);
    CREATE INDEX job_open ON job (account) WHERE settlement IS NULL;

    CREATE TABLE movement (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      time INTEGER NOT NULL,
      note TEXT);

    -- Append-only. The amounts of one movement add up to zero, in each account and so in all.
    CREATE TABLE entry (
      id INTEGER PRIMARY KEY,
      movement INTEGER NOT NULL REFERENCES movement (id),
      account INTEGER NOT NULL REFERENCES account (id),
      book TEXT NOT NULL,
      amount INTEGER NOT NULL,
      job INTEGER REFERENCES job (number));
    CREATE INDEX entry_account ON entry (account, id);

    -- What was asked with a key, and what came of it.
    CREATE TABLE operation (
      key TEXT PRIMARY KEY,
      request TEXT NOT NULL,
      amount INTEGER NOT NULL,
      time INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// What jobs had used over time: quantities in the meters' base units, but for memory, which is in byte-seconds.
  private static let second = """
    CREATE TABLE reading (
      job INTEGER NOT NULL REFERENCES job (number),
      number INTEGER NOT NULL,
      time INTEGER NOT NULL,
      used INTEGER NOT NULL,
      cpu INTEGER,
      memory INTEGER,
      storage_read INTEGER,
      storage_written INTEGER,
      storage_read_operations INTEGER,
      storage_write_operations INTEGER,
      network_received INTEGER,
      network_sent INTEGER,
      api_requests INTEGER,
      PRIMARY KEY (job, number)) WITHOUT ROWID;

    -- It stands in the file of the job's lock: it is this machine's alone.
    ALTER TABLE job DROP COLUMN cgroup;
    """

  /// Readings up to here have none of it.
  private static let third = """
    ALTER TABLE reading ADD COLUMN loopback_received INTEGER;
    ALTER TABLE reading ADD COLUMN loopback_sent INTEGER;
    """
}
