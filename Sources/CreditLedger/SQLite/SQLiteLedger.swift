import GRDB
import LinuxSystem
package import ResourceModel

/// The ledger in an SQLite file on this machine.
package final class SQLiteLedger: Ledger {
  /// The file.
  package let path: String
  let connection: LedgerConnection

  /// How long an operation waits for other processes.
  package static let defaultPatience: Duration = .seconds(10)

  /// Opens a ledger.
  /// - Parameter makes: whether it is made if there is none.
  /// - Throws: `LedgerError`: `noLedger`, `unsafe`, `corrupt`, `newer`, `full`, `readOnly`, `busy` or `failed`; the file is as it was.
  package init(path: String, makes: Bool = true, patience: Duration = defaultPatience) throws(LedgerError) {
    self.path = path
    try LedgerFile.prepare(path, makes: makes)
    let turn = Turn(path: path, patience: patience)
    connection = try Self.translating(path) { try LedgerConnection(path: path, turn: turn) }
  }

  /// A ledger that lasts as long as this value.
  static func inMemory() throws(LedgerError) -> SQLiteLedger {
    SQLiteLedger(try translating(":memory:") { try LedgerConnection() })
  }

  private init(_ memory: LedgerConnection) {
    path = ":memory:"
    connection = memory
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
        try books.posting.admitInFull(&job)
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
    try Self.translating(path) { try connection.backUp(to: path) }
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

  package func readings(of job: String) throws(LedgerError) -> [UsageReading] {
    try read { database in
      guard let holding = try JobRow.holding(job, database) else { throw LedgerError.noJob(job) }
      return try ReadingRow.all(of: holding.number, database)
    }
  }

  /// What SQLite finds wrong with the file of a ledger that can't be opened. Nothing is written.
  package static func damage(of path: String) -> [String] {
    var configuration = Configuration()
    configuration.readonly = true
    do {
      return try DatabaseQueue(path: path, configuration: configuration).read {
        try Verification($0).damage()
      }
    } catch {
      return ["\((error as? DatabaseError)?.message ?? "\(error)"): SQLite can't go through the file"]
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
    try connection.transaction(isDurable: true) { _ in try body() }
  }

  func transaction<Value>(
    isDurable: Bool, at time: WallTime, _ body: (inout Books) throws -> Value
  ) throws(LedgerError) -> Value {
    try Self.translating(path) {
      try connection.transaction(isDurable: isDurable) { database in
        var books = Books(database, at: time)
        return try body(&books)
      }
    }
  }

  private func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    try Self.translating(path) { try connection.read(body) }
  }

  /// SQLite's own reasons, in the ledger's words.
  static func translating<Value>(_ path: String, _ body: () throws -> Value) throws(LedgerError)
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
