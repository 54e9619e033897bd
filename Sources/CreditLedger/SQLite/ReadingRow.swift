import GRDB
import ResourceModel

/// Readings of jobs to and from their table.
enum ReadingRow {
  /// A column for each meter, in this order; `NULL` is unmeasured.
  private static let meters: [Meter] = [
    .cpu, .memory, .storageRead, .storageWritten, .storageReadOperations, .storageWriteOperations,
    .networkReceived, .networkSent, .loopbackReceived, .loopbackSent, .apiRequests,
  ]
  private static let columns = """
    cpu, memory, storage_read, storage_written, storage_read_operations, storage_write_operations,
    network_received, network_sent, loopback_received, loopback_sent, api_requests
    """
  private static let selectNext = "SELECT max(number) + 1 FROM reading WHERE job = ?"
  private static let insert = """
    INSERT INTO reading (job, number, time, used, \(columns))
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  /// Adds a reading, and removes the one whose place it takes.
  static func insert(_ reading: UsageReading, of job: JobNumber, _ database: Database) throws {
    let number =
      try Int64.fetchOne(
        try database.cachedStatement(sql: selectNext), arguments: [job.rawValue]) ?? 0
    var values: [(any DatabaseValueConvertible)?] = [
      job.rawValue, number, reading.time.microseconds, reading.used.microcredits,
    ]
    for meter in meters { values.append(reading.quantities[meter].map { Int64(clamping: $0) }) }
    try database.cachedStatement(sql: insert).execute(arguments: StatementArguments(values))
    guard let expired = UsageHistory.expired(by: number) else { return }
    try database.cachedStatement(sql: "DELETE FROM reading WHERE job = ? AND number = ?")
      .execute(arguments: [job.rawValue, expired])
  }

  /// A job's readings, the oldest first.
  static func all(of job: JobNumber, _ database: Database) throws -> [UsageReading] {
    try Row.fetchAll(
      database, sql: "SELECT time, used, \(columns) FROM reading WHERE job = ? ORDER BY number",
      arguments: [job.rawValue]
    ).map { row in
      var quantities: [Meter: UInt64] = [:]
      for (index, meter) in meters.enumerated() {
        quantities[meter] = (row[index + 2] as Int64?).map { UInt64(clamping: $0) }
      }
      return UsageReading(
        time: WallTime(microseconds: row[0]), used: Credits(row[1]), quantities: quantities)
    }
  }

  /// Leaves nothing but the last reading of each job whose end was booked before some time.
  /// - Returns: how many went.
  static func thin(before time: WallTime, _ database: Database) throws -> Int {
    try database.execute(
      sql: """
        DELETE FROM reading WHERE job IN (SELECT number FROM job WHERE settlement IS NOT NULL)
          AND (SELECT max(time) FROM reading AS last WHERE last.job = reading.job) < ?
          AND number < (SELECT max(number) FROM reading AS last WHERE last.job = reading.job)
        """, arguments: [time.microseconds])
    return database.changesCount
  }
}
