import GRDB
import GRDBSQLite
import ResourceModel
import Synchronization

/// A process's one connection to a ledger.
///
/// What has to outlive a loss of power waits for the disk at its commit (`synchronous=FULL`), running use does not (`NORMAL`): a
/// crash of rmrun loses neither, one of the machine the last readings. The connection is switched between the two, since opening a
/// second one takes longer than all that a short job books.
///
/// What every job needs is asked by compiled statements, and not by GRDB's `execute(sql:)`, transactions included: that splits and joins
/// the text by generic code, for which the runtime first looks through all conformances in the executable, in each process anew.
final class LedgerConnection: Sendable {
  private let queue: DatabaseQueue
  /// Whose turn it is to write; nil for a ledger in memory, which nobody else has.
  private let turn: Turn?
  private let isDurable = Mutex(true)

  private static let begin = "BEGIN IMMEDIATE"
  private static let commit = "COMMIT"

  /// Connects to a file, and brings it up to date.
  init(path: String, turn: Turn) throws {
    // Its journal mode stands in the file, set when its tables were made (`Migrations`). To have GRDB set it for each connection would
    // switch that to NORMAL, and have Foundation look at the log: half of all the time that opening takes.
    var configuration = Configuration()
    configuration.busyMode = .callback { turn.wait(afterTries: $0) }
    // GRDB would set that by `execute(sql:)`.
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { database in
      // Who opens a ledger that nobody else has open reads its whole log first: 2 ms for SQLite's default of 1000 pages.
      for setting in ["foreign_keys = ON", "synchronous = FULL", "wal_autocheckpoint = 100"] {
        try database.makeStatement(sql: "PRAGMA \(setting)").execute()
      }
    }
    queue = try DatabaseQueue(path: path, configuration: configuration)
    self.turn = turn
    if try !queue.unsafeRead({ try Migrations.isCurrent($0, path: path) }) {
      // One at a time makes the tables.
      let door = try turn.come()
      defer { door.release() }
      try Migrations.bring(queue, path: path)
    }
    // SQLite tells GRDB of each table and column that a statement names, for those who observe them; nobody observes a ledger, whose
    // schema is settled now.
    queue.unsafeRead { _ = sqlite3_set_authorizer($0.sqliteConnection, nil, nil) }
  }

  /// A ledger in memory.
  init() throws {
    queue = try DatabaseQueue()
    turn = nil
    try Migrations.bring(queue, path: ":memory:")
  }

  /// One transaction, from the first look to the last entry: nobody else writes meanwhile.
  func transaction<Value>(isDurable: Bool, _ body: (Database) throws -> Value) throws -> Value {
    let door = try turn?.come()
    defer { door?.release() }
    return try queue.writeWithoutTransaction { database in
      try setDurability(isDurable, database)
      try database.cachedStatement(sql: Self.begin).execute()
      door?.release()
      do {
        let value = try body(database)
        try database.cachedStatement(sql: Self.commit).execute()
        return value
      } catch {
        try? database.rollback()
        throw error
      }
    }
  }

  /// What stands in it at one moment.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.read(body) }

  /// Copies it as it stands, while others use it.
  func backUp(to path: String) throws { try queue.backup(to: try DatabaseQueue(path: path)) }

  /// Writes the file anew without gaps, and empties its log.
  func vacuum() throws {
    let door = try turn?.come()
    defer { door?.release() }
    try queue.writeWithoutTransaction { database in
      try setDurability(true, database)
      try database.execute(sql: "VACUUM")
      try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  private func setDurability(_ wanted: Bool, _ database: Database) throws {
    guard turn != nil, isDurable.withLock({ $0 }) != wanted else { return }
    try database.cachedStatement(sql: "PRAGMA synchronous = \(wanted ? "FULL" : "NORMAL")").execute()
    isDurable.withLock { $0 = wanted }
  }
}
