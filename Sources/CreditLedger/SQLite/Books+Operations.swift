import GRDB
import ResourceModel

extension Books {
  /// Does an operation: what is asked is posted, then written.
  mutating func perform(_ operation: LedgerOperation) throws -> Receipt {
    var receipt: Receipt
    switch operation {
    case .charge(let uses): receipt = try charge(uses)
    case .reserve(let intent, let rate): receipt = try reserve(intent, rate: rate)
    case .settle(let use, let settlement): receipt = try settle(use, settlement)
    case .extendLease(let job, let amount):
      receipt = try change(job) { posting, job throws(BookingError) in
        try posting.extendLease(of: &job, by: amount)
      }
    case .raiseBudget(let job, let amount):
      receipt = try change(job) { posting, job throws(BookingError) in
        try posting.raiseBudget(of: &job, by: amount)
        return amount
      }
    case .refund(let job, let amount):
      receipt = try change(job, evenSettled: true) { posting, job throws(BookingError) in
        try posting.refund(amount, to: &job)
        return amount
      }
    default: receipt = try account(operation)
    }
    try write(operation.kind, note: operation.note)
    try finish()
    receipt.accounts = receipt.accounts.map { posting[$0.id] }
    return receipt
  }

  /// What is done to accounts themselves.
  private mutating func account(_ operation: LedgerOperation) throws -> Receipt {
    let id: AccountID
    var amount = Credits.zero
    switch operation {
    case .open(let path, let attributes):
      id = try make(path, attributes)
      try posting.open(id, at: time)
    case .change(let path, let attributes):
      id = try load(path)
      posting.change(id, to: attributes)
    case .grant(let path, let granted):
      id = try load(path)
      try posting.grant(granted, to: id)
      amount = granted
    case .transfer(let moved, let source, let target):
      id = try load(source)
      let other = try load(target)
      try posting.transfer(moved, from: id, to: other)
      amount = moved
    case .setLimit(let path, let limit):
      id = try load(path)
      try posting.setLimit(limit, of: id)
    case .close(let path):
      id = try load(path)
      try posting.close(id, hasOpenChildren: try hasOpenChildren(id))
    case .adjust(let path, let correction, _):
      id = try load(path)
      try posting.adjust(id, by: correction)
      amount = correction
    case .reserve, .extendLease, .raiseBudget, .charge, .settle, .refund:
      preconditionFailure("\(operation.kind) is about a job")
    }
    return Receipt(accounts: accounts(from: id), amount: amount)
  }

  /// A job's reservation is made once, however often it is asked for.
  private mutating func reserve(_ intent: JobIntent, rate: Credits) throws -> Receipt {
    let account = try load(intent.account)
    guard let number = try JobRow.insert(intent, account: account, at: time, database) else {
      return try known(intent)
    }
    try check(intent.prices, of: posting[account])
    var job = JobHolding(number: number, account: account, budget: intent.budget)
    try posting.admit(&job, rate: rate)
    try JobRow.update(job, database)
    return Receipt(accounts: accounts(from: account), job: job, amount: job.held)
  }

  private mutating func known(_ intent: JobIntent) throws -> Receipt {
    guard let known = try JobRow.record(intent.id, database), known.intent.account == intent.account,
      known.settlement == nil
    else {
      throw LedgerError(.keyReused, "the job \(intent.id) is in the ledger already, and is another one")
    }
    return Receipt(accounts: accounts(from: known.holding.account), job: known.holding)
  }

  /// Whoever plans a job need not have seen its account.
  private func check(_ prices: PriceOrigin, of account: Account) throws(LedgerError) {
    let book = account.attributes.priceBook
    guard case .account(let assumed) = prices, assumed != book else { return }
    let name = book ?? "the standard one"
    throw LedgerError(
      .otherPrices,
      "account \(account.path) has another price book (\(name)) than the job was planned by; try again")
  }

  /// Charges what each job used beyond what it was charged before: a reading that comes twice, or late, adds nothing.
  private mutating func charge(_ uses: [JobUse]) throws -> Receipt {
    var charges: [(job: JobHolding, amount: Credits)] = []
    charges.reserveCapacity(uses.count)
    // The last of several readings of one job is the one that counts.
    var last: [String: JobUse] = [:]
    for use in uses where use.used >= last[use.job]?.used ?? .zero { last[use.job] = use }
    var ratings: [JobNumber: String] = [:]
    var readings: [(job: JobNumber, reading: UsageReading)] = []
    for use in last.values.sorted(by: { $0.job < $1.job }) {
      let job = try holding(use.job)
      guard !job.isSettled, use.used > job.charged else { continue }
      try loadChain(from: job.account)
      charges.append((job, use.used - job.charged))
      ratings[job.number] = use.rating
      if let reading = use.reading { readings.append((job.number, reading)) }
    }
    charges.sort { $0.job.number.rawValue < $1.job.number.rawValue }
    var receipt = Receipt()
    for job in try posting.charge(charges) {
      try JobRow.update(job, rating: ratings[job.number], database)
      if uses.count == 1 { receipt = Receipt(accounts: accounts(from: job.account), job: job) }
    }
    for (job, reading) in readings { try ReadingRow.insert(reading, of: job, database) }
    receipt.amount = charges.reduce(.zero) { $0 + $1.amount }
    return receipt
  }

  private mutating func settle(_ use: JobUse, _ settlement: Settlement) throws -> Receipt {
    var job = try holding(use.job)
    try loadChain(from: job.account)
    guard !job.isSettled else { return Receipt(accounts: accounts(from: job.account), job: job) }
    let amount = max(.zero, use.used - job.charged)
    for charged in try posting.charge([(job, amount)]) { job = charged }
    try write(.charge)
    try posting.settle(&job)
    try JobRow.update(job, database)
    try JobRow.settle(job, settlement, database)
    if let reading = use.reading { try ReadingRow.insert(reading, of: job.number, database) }
    return Receipt(accounts: accounts(from: job.account), job: job, amount: amount)
  }

  private mutating func change(
    _ id: String, evenSettled: Bool = false,
    _ post: (inout Posting, inout JobHolding) throws(BookingError) -> Credits
  ) throws -> Receipt {
    var job = try holding(id)
    guard evenSettled || !job.isSettled else {
      throw LedgerError(.noJob, "the job \(id.escapedForTerminal) is over; its books are closed")
    }
    try loadChain(from: job.account)
    let amount = try post(&posting, &job)
    try JobRow.update(job, database)
    return Receipt(accounts: accounts(from: job.account), job: job, amount: amount)
  }

  private func holding(_ id: String) throws -> JobHolding {
    guard let job = try JobRow.holding(id, database) else { throw LedgerError.noJob(id) }
    return job
  }

  private func hasOpenChildren(_ id: AccountID) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM account WHERE parent = ? AND NOT is_closed)",
      arguments: [id.rawValue]) ?? false
  }
}

extension LedgerOperation {
  /// Somebody's words on it.
  fileprivate var note: String? {
    if case .adjust(_, _, let note) = self { note } else { nil }
  }
}
