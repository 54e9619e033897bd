import GRDB
import ResourceModel

/// What was asked with an idempotency key.
enum OperationRow {
  static func find(_ key: String, _ database: Database) throws -> (request: String, amount: Credits)? {
    let statement = try database.cachedStatement(sql: "SELECT request, amount FROM operation WHERE key = ?")
    return try Row.fetchOne(statement, arguments: [key]).map { ($0[0], Credits($0[1])) }
  }

  static func insert(
    _ key: String, _ request: String, _ amount: Credits, at time: WallTime, _ database: Database
  ) throws {
    try database.execute(
      sql: "INSERT INTO operation (key, request, amount, time) VALUES (?, ?, ?, ?)",
      arguments: [key, request, amount.microcredits, time.microseconds])
  }

  /// Removes keys from before a time of requests about jobs that are over: asked again, these are refused as being over.
  /// - Returns: how many went.
  static func forget(before time: WallTime, _ database: Database) throws -> Int {
    try database.execute(
      sql: """
        DELETE FROM operation WHERE time < ? AND (request LIKE 'lease %' OR request LIKE 'raise %')
          AND EXISTS (SELECT 1 FROM job WHERE settlement IS NOT NULL
            AND job.id = substr(request, 7, instr(substr(request, 7), ' ') - 1))
        """, arguments: [time.microseconds])
    return database.changesCount
  }
}

extension LedgerOperation {
  /// The operation in a word and its arguments: two that differ in what they ask differ here.
  var request: String {
    switch self {
    case .open(let path, let attributes): "open \(path) \(attributes.request)"
    case .change(let path, let attributes): "change \(path) \(attributes.request)"
    case .grant(let path, let amount): "grant \(path) \(amount)"
    case .transfer(let amount, let source, let target): "transfer \(source) \(target) \(amount)"
    case .setLimit(let path, let limit): "limit \(path) \(limit.text)"
    case .close(let path): "close \(path)"
    case .adjust(let path, let amount, _): "adjust \(path) \(amount)"
    case .reserve(let intent, _): "reserve \(intent.id)"
    case .extendLease(let job, let amount): "lease \(job) \(amount)"
    case .raiseBudget(let job, let amount): "raise \(job) \(amount)"
    case .charge: "charge"
    case .settle(let use, _): "settle \(use.job)"
    case .refund(let job, let amount): "refund \(job) \(amount)"
    }
  }
}

extension Limit {
  fileprivate var text: String { bound.map { "\($0)" } ?? "max" }
}

extension AccountAttributes {
  /// Labels come last: they alone may hold blanks.
  fileprivate var request: String {
    let thresholds = Threshold.allCases.map { "\(self.thresholds.share(of: $0).millionths)" }
    let words =
      [limit.text, "\(guarantee)", allocation.rawValue] + thresholds + [
        period?.rawValue ?? "-", "\(rollsOver)", priceBook ?? "-", defaultBudget.map { "\($0)" } ?? "-",
        maximalJobs.text, maximalDepth.text, "\(overdraft)", Labels.encoded(labels),
      ]
    return words.joined(separator: " ")
  }
}
