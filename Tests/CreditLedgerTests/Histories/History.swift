import LinuxSystem
import ResourceModel
import TestSupport

@testable import CreditLedger

/// A random sequence of operations, done to a ledger and to the model side by side.
struct History {
  private var random: SeededGenerator
  private let ledger: SQLiteLedger
  private var model = Model()
  private var now = WallTime(seconds: 1_790_000_000)
  private var steps = 0
  /// What was asked with a key, to be asked again.
  private var asked: [(operation: LedgerOperation, stamp: Stamp)] = []

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    ledger = try SQLiteLedger.inMemory()
  }

  /// Does one step on both sides.
  /// - Returns: where the two differ, in words; nil if they agree.
  mutating func step() throws -> String? {
    steps += 1
    if chance(10) { now = WallTime(seconds: now.seconds + Int64.random(in: 1...400_000, using: &random)) }
    // Somebody who got no answer asks again: nothing may happen.
    if chance(15), let (operation, stamp) = asked.randomElement(using: &random) {
      renewAccounts(of: operation)
      _ = try? ledger.apply(operation, Stamp(key: stamp.key, time: now))
      return try difference(after: operation, "again")
    }
    let operation = anyOperation()
    let stamp = Stamp(key: "\(steps)", time: now)
    let expected = Result { try done(operation) }
    let seen = Result { try ledger.apply(operation, stamp) }
    switch (expected, seen) {
    case (.success(let after), .success):
      model = after
      asked.append((operation, stamp))
    case (.failure, .failure(let error as LedgerError)):
      if case .failed = error.code { return "\(operation): \(error)" }
    case (.success, .failure(let error)): return "\(operation): refused: \(error)"
    case (.failure, .success): return "\(operation): should have been refused"
    case (.failure, .failure(let error)): return "\(operation): \(error)"
    }
    return try difference(after: operation, "done")
  }

  // MARK: Both sides

  private func difference(after operation: LedgerOperation, _ how: String) throws -> String? {
    let faults = try ledger.faults()
    guard faults.isEmpty else { return "\(operation) \(how): \(faults)" }
    let accounts = try ledger.accounts(below: nil)
    guard accounts.count == model.accounts.count else { return "\(operation) \(how): other accounts" }
    for account in accounts {
      guard let node = model.accounts[account.path] else { return "\(account.path) is not in the model" }
      let seen = [
        account.balance.allotted.microcredits, account.balance.available.microcredits,
        account.balance.reserved.microcredits, account.balance.used.microcredits, account.liveJobs,
        account.usedBefore.microcredits, account.isClosed ? 1 : 0,
      ]
      let expected = [
        node.got, model.available(account.path), model.reserved(account.path), model.used(account.path),
        Int64(model.liveJobs(account.path)), node.usedBefore, node.isClosed ? 1 : 0,
      ]
      guard seen == expected, account.attributes == node.attributes else {
        return "\(operation) \(how): \(account.path) is \(seen), should be \(expected)"
      }
    }
    return try jobDifference(among: jobs(of: operation)).map { "\(operation) \(how): \($0)" }
  }

  /// Where jobs differ, in words: all of them if none are named.
  func jobDifference(among ids: [String]? = nil) throws -> String? {
    for id in ids ?? Array(model.jobs.keys) {
      guard let job = model.jobs[id] else { continue }
      guard let holding = try ledger.job(id)?.holding else { return "\(id) is not in the ledger" }
      let seen = [holding.budget, holding.held, holding.charged, holding.overdraft].map(\.microcredits)
      guard seen == [job.budget, job.held, job.charged, job.overdraft], holding.isSettled != job.isOpen else {
        return "\(id) is \(holding), should be \(job)"
      }
    }
    return nil
  }

  private func jobs(of operation: LedgerOperation) -> [String] {
    switch operation {
    case .reserve(let intent, _): [intent.id]
    case .extendLease(let job, _), .raiseBudget(let job, _), .refund(let job, _): [job]
    case .settle(let use, _): [use.job]
    case .charge(let uses): uses.map(\.job)
    default: []
    }
  }

  private mutating func renewAccounts(of operation: LedgerOperation) {
    let path: AccountPath? =
      switch operation {
      case .open(let path, _), .grant(let path, _), .setLimit(let path, _), .close(let path),
        .adjust(let path, _, _),
        .change(let path, _), .transfer(_, from: let path, to: _):
        path
      case .reserve(let intent, _): model.jobs[intent.id]?.account
      case .extendLease(let job, _), .raiseBudget(let job, _), .refund(let job, _): model.jobs[job]?.account
      case .settle(let use, _): model.jobs[use.job]?.account
      case .charge: nil
      }
    if let path { model.renew(path, at: now) }
  }

  /// The model after an operation. Renewed periods are the ledger's to keep only if the operation succeeds.
  private func done(_ operation: LedgerOperation) throws -> Model {
    var after = model
    for path in paths(of: operation) { after.renew(path, at: now) }
    switch operation {
    case .open(let path, let attributes): try after.open(path, attributes, at: now)
    case .grant(let path, let amount): try after.grant(amount.microcredits, path)
    case .transfer(let amount, let source, let target):
      try after.transfer(amount.microcredits, source, target)
    case .setLimit(let path, let limit): try after.setLimit(limit, path)
    case .close(let path): try after.close(path)
    case .adjust(let path, let amount, _): try after.adjust(path, amount.microcredits)
    case .reserve(let intent, let rate):
      try after.reserve(
        intent.id, intent.account, budget: intent.budget.microcredits, rate: rate.microcredits)
    case .extendLease(let job, let amount): _ = try after.extendLease(job, amount.microcredits)
    case .raiseBudget(let job, let amount): try after.raiseBudget(job, amount.microcredits)
    case .charge(let uses): for use in uses { try after.charge(use.job, total: use.used.microcredits) }
    case .settle(let use, _): try after.settle(use.job, total: use.used.microcredits)
    case .refund(let job, let amount): try after.refund(job, amount.microcredits)
    case .change: break
    }
    return after
  }

  private func paths(of operation: LedgerOperation) -> [AccountPath] {
    func account(of job: String) -> [AccountPath] { model.jobs[job].map { [$0.account] } ?? [] }
    switch operation {
    case .open(let path, _): return path.parent.map { [$0] } ?? []
    case .grant(let path, _), .setLimit(let path, _), .close(let path), .adjust(let path, _, _),
      .change(let path, _):
      return [path]
    case .transfer(_, let source, let target): return [source, target]
    case .reserve(let intent, _): return [intent.account]
    case .extendLease(let job, _), .raiseBudget(let job, _), .refund(let job, _): return account(of: job)
    case .settle(let use, _): return account(of: use.job)
    case .charge(let uses):
      return uses.filter { use in
        model.jobs[use.job].map { $0.isOpen && use.used.microcredits > $0.charged } ?? false
      }.sorted { $0.job < $1.job }.flatMap { account(of: $0.job) }
    }
  }

  // MARK: What could be asked

  private mutating func anyOperation() -> LedgerOperation {
    guard model.accounts.count >= 2, !chance(12) else { return .open(anyNewPath(), anyAttributes()) }
    guard !model.jobs.isEmpty, !chance(25) else {
      let id = chance(5) ? anyJob() : "job\(steps)"
      return .reserve(
        JobIntent(id: id, account: anyAccount(), budget: anyAmount(), name: "job", boot: "boot"),
        rate: Credits(microcredits: Int64.random(in: 0...500_000, using: &random)))
    }
    switch Int.random(in: 0..<16, using: &random) {
    case 0: return .grant(anyAccount(), anyAmount())
    case 1: return .transfer(anyAmount(), from: anyAccount(), to: anyAccount())
    case 2: return .setLimit(anyAccount(), chance(20) ? .unlimited : .atMost(anyAmount()))
    case 3: return .close(anyAccount())
    case 4:
      let amount = anyAmount()
      return .adjust(anyAccount(), chance(50) ? amount : .zero - amount, note: "by hand")
    case 5, 6: return .extendLease(job: anyJob(), by: anyAmount())
    case 7: return .raiseBudget(job: anyJob(), by: anyAmount())
    case 8: return .refund(job: anyJob(), anyAmount())
    case 9, 10, 11: return .settle(anyUse(), .final)
    default: return .charge((0..<Int.random(in: 1...4, using: &random)).map { _ in anyUse() })
    }
  }

  /// Readings come in order, twice, and late.
  private mutating func anyUse() -> JobUse {
    let job = anyJob()
    let charged = model.jobs[job]?.charged ?? 0
    let used = charged + Int64.random(in: -1_000_000...4_000_000, using: &random)
    return JobUse(job: job, used: Credits(microcredits: max(0, used)))
  }

  private mutating func anyNewPath() -> AccountPath {
    let names = ["a", "b", "c"]
    let name = names.randomElement(using: &random) ?? "a"
    guard chance(75), let above = model.accounts.keys.sorted().randomElement(using: &random), above.depth < 4
    else { return path(name) }
    return path("\(above)/\(name)")
  }

  private mutating func anyAttributes() -> AccountAttributes {
    var attributes = AccountAttributes()
    if chance(85) { attributes.limit = .atMost(anyAmount()) }
    attributes.allocation = AllocationPolicy.allCases.randomElement(using: &random) ?? .strict
    if chance(30) { attributes.guarantee = Credits(microcredits: anyAmount().microcredits / 4) }
    if chance(25) { attributes.period = BudgetPeriod.allCases.randomElement(using: &random) }
    attributes.rollsOver = chance(30)
    if chance(20) { attributes.maximalJobs = .atMost(Int64.random(in: 0...3, using: &random)) }
    if chance(20) { attributes.maximalDepth = .atMost(Int64.random(in: 0...2, using: &random)) }
    if chance(20) { attributes.overdraft = Credits(microcredits: anyAmount().microcredits / 8) }
    return attributes
  }

  private mutating func anyAccount() -> AccountPath {
    model.accounts.keys.sorted().randomElement(using: &random) ?? Self.nowhere
  }

  private static let nowhere = path("nowhere")

  private mutating func anyJob() -> String { model.jobs.keys.sorted().randomElement(using: &random) ?? "job" }

  private mutating func anyAmount() -> Credits {
    Credits(microcredits: Int64.random(in: 0...20_000_000, using: &random))
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
}
