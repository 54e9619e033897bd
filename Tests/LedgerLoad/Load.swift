import CreditLedger
import LinuxSystem
import ResourceModel
import TestSupport

/// What was done to a ledger, and how long each transaction took.
struct Load {
  private let ledger: SQLiteLedger
  private let account: AccountPath
  private var jobs: Int64 = 0
  private var refused: Int64 = 0
  private var charges: Int64 = 0
  private var charged = Credits.zero
  private var times: [Duration] = []
  private let prefix = "load-\(OwnProcess.pid)-"

  init(_ ledger: SQLiteLedger, _ account: AccountPath) {
    self.ledger = ledger
    self.account = account
  }

  /// Jobs one after the other: reserved, charged three times (the second reading twice), settled.
  mutating func contend(for time: Duration, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let end = Clock.monotonic().advanced(by: time)
    while Clock.monotonic() < end {
      let budget = Credits(microcredits: .random(in: 1_000_000...5_000_000, using: &random))
      guard let id = try reserve(budget) else { continue }
      var used = Credits.zero
      for _ in 0..<3 {
        used = used + Credits(microcredits: .random(in: 0...budget.microcredits / 3, using: &random))
        try apply(.charge([JobUse(job: id, used: used)]))
        if Bool.random(using: &random) { try apply(.charge([JobUse(job: id, used: used)])) }
      }
      try apply(.settle(JobUse(job: id, used: used), .final))
      charged = charged + used
    }
  }

  /// One batch after the other, of the use of many jobs, as supervisors tell it: with the rating, and with a reading where one is due.
  /// - Parameter resolution: how long a reading is due after the one before.
  mutating func charge(for time: Duration, jobs count: Int, resolution: Duration) throws {
    let ids = try (0..<count).compactMap { _ in try reserve(Credits(microcredits: 1_000_000_000)) }
    times = []
    let end = Clock.monotonic().advanced(by: time)
    var used = Credits.zero
    var rater = Rater(rates: PriceBook.standard.rates)
    var readAt: Instant?
    var usage = Usage()
    (usage.memoryTime, usage.storageRead, usage.storageWritten) = (1 << 40, 1 << 20, 1 << 20)
    while Clock.monotonic() < end {
      used = used + Credits(microcredits: 7)
      usage.cpuTime = (usage.cpuTime ?? 0) + 7
      rater.add(usage, multiplier: .one)
      let now = Clock.monotonic()
      let isDue = readAt.map { now.since($0) >= resolution } ?? true
      if isDue { readAt = now }
      let reading = isDue ? UsageReading(time: Clock.wall(), used: used, usage: usage) : nil
      let rating = rater.text(at: .one)
      try apply(.charge(ids.map { JobUse(job: $0, used: used, rating: rating, reading: reading) }))
      charges += Int64(ids.count)
    }
    let taken = times
    for id in ids { try apply(.settle(JobUse(job: id, used: used), .final)) }
    charged = Credits(microcredits: used.microcredits * Int64(ids.count))
    times = taken
  }

  /// Reservations alone are timed.
  mutating func reserve(count: Int64) throws {
    var reservations: [Duration] = []
    for _ in 0..<count {
      times = []
      guard let id = try reserve(Credits(microcredits: 1_000_000)) else { continue }
      reservations += times
      try apply(.settle(JobUse(job: id, used: .zero), .final))
    }
    times = reservations
  }

  /// Each job makes about six entries on each level.
  mutating func fill(entries: Int64) throws {
    guard let id = try reserve(Credits(microcredits: 1_000_000_000_000)) else { return }
    var used = Credits.zero
    for _ in 0..<entries / Int64(2 * account.depth) {
      used = used + Credits(microcredits: 1)
      try apply(.charge([JobUse(job: id, used: used)]))
    }
    try apply(.settle(JobUse(job: id, used: used), .final))
    charged = used
  }

  /// Nil if the account has too little.
  private mutating func reserve(_ budget: Credits) throws -> String? {
    let id = prefix + "\(jobs)"
    do {
      try apply(
        .reserve(JobIntent(id: id, account: account, budget: budget, name: "load", boot: "load"), rate: .zero)
      )
    } catch let error as LedgerError {
      guard case .refused = error.code else { throw error }
      refused += 1
      return nil
    }
    jobs += 1
    return id
  }

  private mutating func apply(_ operation: LedgerOperation) throws {
    let start = Clock.monotonic()
    _ = try ledger.apply(operation, Stamp(key: nil, time: Clock.wall()))
    times.append(Clock.monotonic().since(start))
  }

  /// Times in microseconds.
  var summary: String {
    let sorted = times.sorted()
    func quantile(_ share: Double) -> Int64 {
      sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))].microseconds
    }
    return """
      {"jobs": \(jobs), "refused": \(refused), "charges": \(charges), "charged": "\(charged)", \
      "transactions": \(times.count), "median": \(quantile(0.5)), "p99": \(quantile(0.99)), "worst": \(quantile(1))}
      """
  }
}
