import GRDB
import LinuxSystem
package import ResourceModel
import Synchronization

/// The ledger in an SQLite file on this machine.
///
/// What has to outlive a loss of power goes through a connection that waits for the disk at each commit (`synchronous=FULL`),
/// running use through one that does not (`NORMAL`): a crash of rmrun loses neither, one of the machine the last readings.
package final class SQLiteLedger: Ledger {
  /// The file.
  package let path: String
  private let durable: DatabaseQueue
  private let running: Mutex<DatabaseQueue?>
  /// Whose turn it is; nil for a ledger in memory, which nobody else has.
  private let turn: Turn?

  /// How long an operation waits for other processes.
  package static let defaultPatience: Duration = .seconds(10)

  /// Opens a ledger, and makes it if there is none.
  /// - Throws: `LedgerError`: `unsafe`, `corrupt`, `newer`, `full`, `readOnly`, `busy` or `failed`; the file is as it was.
  package init(path: String, patience: Duration = defaultPatience) throws(LedgerError) {
    self.path = path
    let turn = Turn(path: path, patience: patience)
    self.turn = turn
    running = Mutex(nil)
    try LedgerFile.prepare(path)
    durable = try Self.connect(path, "FULL", turn)
    try Self.translating(path) { [durable] in try Migrations.bring(durable, path: path) }
  }

  /// A ledger that lasts as long as this value.
  static func inMemory() throws(LedgerError) -> SQLiteLedger {
    let queue = try translating(":memory:") { try DatabaseQueue() }
    try translating(":memory:") { try Migrations.bring(queue, path: ":memory:") }
    return SQLiteLedger(queue)
  }

  private init(_ memory: DatabaseQueue) {
    path = ":memory:"
    turn = nil
    durable = memory
    running = Mutex(memory)
  }

  package func apply(_ operation: LedgerOperation, _ stamp: Stamp) throws(LedgerError) -> Receipt {
    try transaction(isDurable: operation.isDurable, at: stamp.time) { books in
      guard let key = stamp.key else { return try books.perform(operation) }
      if let known = try OperationRow.find(key, books.database) {
        guard known.request == operation.request else {
          throw LedgerError(
            .keyReused, "the key '\(key.escapedForTerminal)' was used for another operation; use a new one")
        }
        return try books.repeated(operation, amount: known.amount)
      }
      let receipt = try books.perform(operation)
      try OperationRow.insert(key, operation.request, receipt.amount, at: stamp.time, books.database)
      return receipt
    }
  }

  package func account(_ path: AccountPath, at now: WallTime) throws(LedgerError) -> Account? {
    let found = try read { database in try AccountRow.find(path, database) }
    guard let found, let end = found.periodEnd, !found.isClosed, now.since(end) >= .zero else { return found }
    return try transaction(isDurable: true, at: now) { books in
      let id = try books.load(path)
      try books.finish()
      return books.posting[id]
    }
  }

  package func chain(of path: AccountPath) throws(LedgerError) -> [Account] {
    try read { database in
      try path.chain.map { path in
        guard let account = try AccountRow.find(path, database) else { throw LedgerError.noAccount(path) }
        return account
      }
    }
  }

  package func checkQuota(_ amount: Credits, of path: AccountPath, at now: WallTime) throws(LedgerError)
    -> BookingError?
  {
    try transaction(isDurable: true, at: now) { books in
      let account = try books.load(path)
      try books.finish()
      var job = JobHolding(number: JobNumber(rawValue: 0), account: account, budget: amount)
      do {
        try books.posting.admit(&job, rate: .zero)
        return nil
      } catch let error as BookingError {
        return error
      }
    }
  }

  /// Hands out every line of every account, the oldest first, as they stand at one moment.
  package func export(_ body: (AccountPath, HistoryLine) throws -> Void) throws(LedgerError) {
    try read { database in try HistoryRow.each(database, body) }
  }

  /// Copies the ledger as it stands to a file that must not exist.
  package func backUp(to path: String) throws(LedgerError) {
    do {
      _ = try Descriptor.open(path, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
    } catch {
      throw LedgerError(.failed, "the backup: \(error)")
    }
    try Self.translating(path) {
      try durable.backup(to: try DatabaseQueue(path: path))
    }
  }

  package func accounts(below path: AccountPath?) throws(LedgerError) -> [Account] {
    let all = try read { database in
      try Row.fetchAll(try database.cachedStatement(sql: AccountRow.select)).map(AccountRow.account)
    }
    return all.filter { path?.contains($0.path) ?? true }.sorted { $0.path < $1.path }
  }

  package func job(_ id: String) throws(LedgerError) -> JobRecord? {
    try read { database in try JobRow.record(id, database) }
  }

  package func openJobs() throws(LedgerError) -> [JobRecord] {
    try read { database in try JobRow.open(database) }
  }

  package func history(of path: AccountPath, count: Int) throws(LedgerError) -> [HistoryLine] {
    try read { database in
      guard let account = try AccountRow.find(path, database) else { throw LedgerError.noAccount(path) }
      return try HistoryRow.last(count, of: account.id, database)
    }
  }

  package func verify() throws(LedgerError) -> [String] {
    try read { database in
      let verification = Verification(database)
      let damage = try verification.damage()
      return try damage.isEmpty ? verification.faults() : damage
    }
  }

  /// What is wrong with the books, leaving out the file itself.
  func faults() throws(LedgerError) -> [String] {
    try read { database in try Verification(database).faults() }
  }

  /// Holds the ledger, as a process that stands still in the middle of a transaction does.
  func holding(_ body: () throws -> Void) throws {
    try durable.writeWithoutTransaction { database in
      try database.inTransaction(.immediate) {
        try body(); return .rollback
      }
    }
  }

  private func transaction<Value>(
    isDurable: Bool, at time: WallTime, _ body: (inout Books) throws -> Value
  ) throws(LedgerError) -> Value {
    let queue = isDurable ? durable : try runningQueue()
    let door = try turn?.come()
    defer { door?.release() }
    return try Self.translating(path) {
      try queue.writeWithoutTransaction { database in
        var value: Value?
        try database.inTransaction(.immediate) {
          door?.release()
          var books = Books(database, at: time)
          value = try body(&books)
          return .commit
        }
        guard let value else { throw LedgerError(.failed, "the ledger did nothing") }
        return value
      }
    }
  }

  private func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    try Self.translating(path) { try durable.read(body) }
  }

  private func runningQueue() throws(LedgerError) -> DatabaseQueue {
    let known = running.withLock { $0 }
    if let known { return known }
    guard let turn else { return durable }
    let queue = try Self.connect(path, "NORMAL", turn)
    return running.withLock { running in
      if let other = running { return other }
      running = queue
      return queue
    }
  }

  private static func connect(_ path: String, _ synchronous: String, _ turn: Turn) throws(LedgerError)
    -> DatabaseQueue
  {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .callback { turn.wait(afterTries: $0) }
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = \(synchronous)")
    }
    return try translating(path) { try DatabaseQueue(path: path, configuration: configuration) }
  }

  /// SQLite's own reasons, in the ledger's words.
  private static func translating<Value>(_ path: String, _ body: () throws -> Value) throws(LedgerError)
    -> Value
  {
    do {
      return try body()
    } catch let error as LedgerError {
      throw error
    } catch let error as BookingError {
      throw LedgerError(error)
    } catch let error as DatabaseError {
      throw LedgerError(error, on: path)
    } catch {
      throw LedgerError(.corrupt, "the ledger \(path): \(error); `rmrun ledger verify` says more")
    }
  }
}
