import ResourceModel

/// What a ledger should do, as simply as it can be said: each account has what it got, each job what it holds and was charged. All
/// else is added up from these whenever it is asked for; nothing is carried from account to account, and there are no books.
struct Model {
  struct Node {
    var parent: AccountPath?
    var attributes: AccountAttributes
    var got: Int64 = 0
    var adjusted: Int64 = 0
    var usedBefore: Int64 = 0
    var periodEnd: WallTime?
    var isClosed = false
  }

  struct Job: Hashable {
    var account: AccountPath
    var budget: Int64
    var held: Int64 = 0
    var charged: Int64 = 0
    var overdraft: Int64 = 0
    var isOpen = true
  }

  struct Refused: Error {}

  private(set) var accounts: [AccountPath: Node] = [:]
  private(set) var jobs: [String: Job] = [:]

  /// An account that there is.
  private subscript(path: AccountPath) -> Node {
    get {
      guard let node = accounts[path] else { preconditionFailure("there is no account \(path)") }
      return node
    }
    set { accounts[path] = newValue }
  }

  /// A job that there is.
  private subscript(job id: String) -> Job {
    get {
      guard let job = jobs[id] else { preconditionFailure("there is no job \(id)") }
      return job
    }
    set { jobs[id] = newValue }
  }

  // MARK: What is added up

  func children(of path: AccountPath) -> [AccountPath] { accounts.keys.filter { $0.parent == path } }

  func used(_ path: AccountPath) -> Int64 {
    accounts.filter { path.contains($0.key) }.reduce(0) { $0 + $1.value.adjusted }
      + jobs.values.filter { path.contains($0.account) }.reduce(0) { $0 + $1.charged }
  }

  func reserved(_ path: AccountPath) -> Int64 {
    children(of: path).reduce(0) { $0 + left($1) }
      + jobs.values.filter { $0.account == path && $0.isOpen }.reduce(0) { $0 + $1.held }
  }

  func available(_ path: AccountPath) -> Int64 { self[path].got - used(path) - reserved(path) }

  func liveJobs(_ path: AccountPath) -> Int {
    jobs.values.filter { path.contains($0.account) && $0.isOpen }.count
  }

  /// What of what an account got it has not used.
  private func left(_ path: AccountPath) -> Int64 { max(0, self[path].got - used(path)) }

  func draws(_ path: AccountPath) -> Bool {
    path.parent.map { self[$0].attributes.allocation != .strict } ?? true
  }

  private func room(_ path: AccountPath) -> Int64 {
    let node = self[path]
    return node.attributes.limit.bound.map { max(0, $0.microcredits - (node.got - node.usedBefore)) } ?? .max
  }

  func obtainable(_ path: AccountPath) -> Int64 {
    let own = available(path) + self[path].attributes.overdraft.microcredits
    guard draws(path) else { return max(0, own) }
    let more = min(room(path), path.parent.map(obtainable) ?? .max)
    let (sum, overflow) = own.addingReportingOverflow(more)
    return overflow ? .max : max(0, sum)
  }

  // MARK: What is done

  private mutating func secure(_ amount: Int64, _ path: AccountPath, mayOverdraw: Bool = true) throws {
    guard !self[path].isClosed else { throw Refused() }
    guard amount > 0 else { return }
    let overdraft = mayOverdraw ? self[path].attributes.overdraft.microcredits : 0
    let missing = amount - available(path) - overdraft
    guard missing > 0 else { return }
    guard draws(path), missing <= room(path) else { throw Refused() }
    try give(missing, path)
  }

  private mutating func give(_ amount: Int64, _ path: AccountPath) throws {
    let before = left(path)
    self[path].got += amount
    let needed = left(path) - before
    self[path].got -= amount
    if let parent = path.parent { try secure(needed, parent) }
    self[path].got += amount
  }

  private mutating func giveBackSurplus(_ path: AccountPath) {
    for path in path.chain where draws(path) {
      let node = self[path]
      guard node.parent != nil || node.attributes.limit == .unlimited else { return }
      let drawn = node.got - node.usedBefore - node.attributes.guarantee.microcredits
      self[path].got -= max(0, min(available(path), drawn))
    }
  }

  mutating func open(_ path: AccountPath, _ attributes: AccountAttributes, at now: WallTime) throws {
    guard accounts[path] == nil else { throw Refused() }
    for (level, above) in path.chain.enumerated().dropFirst() {
      guard let node = accounts[above], !node.isClosed,
        Int64(level) <= node.attributes.maximalDepth.bound ?? .max
      else { throw Refused() }
    }
    if let limit = attributes.limit.bound, attributes.guarantee > limit { throw Refused() }
    var share = attributes.limit.bound?.microcredits ?? 0
    if let parent = path.parent {
      switch self[parent].attributes.allocation {
      case .strict: if attributes.limit == .unlimited { throw Refused() }
      case .elastic: share = attributes.guarantee.microcredits
      case .bestEffort: share = 0
      }
    }
    accounts[path] = Node(
      parent: path.parent, attributes: attributes, periodEnd: attributes.period?.end(of: now))
    try give(share, path)
  }

  mutating func grant(_ amount: Int64, _ path: AccountPath) throws {
    guard let node = accounts[path], !node.isClosed, amount > 0 else { throw Refused() }
    raiseLimit(path, amount)
    try give(amount, path)
  }

  private mutating func raiseLimit(_ path: AccountPath, _ amount: Int64) {
    let attributes = self[path].attributes
    if attributes.period == nil, let limit = attributes.limit.bound {
      self[path].attributes.limit = .atMost(Credits(microcredits: max(0, limit.microcredits + amount)))
    }
    if path.parent != nil, draws(path) {
      self[path].attributes.guarantee.microcredits = max(0, attributes.guarantee.microcredits + amount)
    }
  }

  mutating func setLimit(_ limit: Limit<Credits>, _ path: AccountPath) throws {
    guard let node = accounts[path], !node.isClosed else { throw Refused() }
    if limit == .unlimited, path.parent != nil, !draws(path) { throw Refused() }
    self[path].attributes.limit = limit
    guard let bound = limit.bound else { return }
    guard node.attributes.guarantee <= bound else { throw Refused() }
    let difference = bound.microcredits - (node.got - node.usedBefore)
    if difference < 0 {
      guard max(0, available(path)) >= -difference else { throw Refused() }
      self[path].got += difference
    } else if path.parent == nil || !draws(path) {
      try give(difference, path)
    }
  }

  mutating func transfer(_ amount: Int64, _ source: AccountPath, _ target: AccountPath) throws {
    guard amount > 0, let from = accounts[source], let to = accounts[target], !from.isClosed, !to.isClosed
    else {
      throw Refused()
    }
    let common = Set(source.chain).intersection(target.chain)
    try secure(amount, source, mayOverdraw: false)
    for path in source.chain where !common.contains(path) {
      raiseLimit(path, -amount)
      guard available(path) >= amount else { throw Refused() }
      self[path].got -= amount
    }
    for path in target.chain.reversed() where !common.contains(path) {
      raiseLimit(path, amount)
      try give(amount, path)
    }
  }

  mutating func close(_ path: AccountPath) throws {
    guard let node = accounts[path] else { throw Refused() }
    if node.isClosed { return }
    guard liveJobs(path) == 0, children(of: path).allSatisfy({ self[$0].isClosed }), reserved(path) == 0
    else { throw Refused() }
    self[path].got -= max(0, available(path))
    self[path].isClosed = true
  }

  mutating func adjust(_ path: AccountPath, _ amount: Int64) throws {
    guard accounts[path] != nil, path.chain.allSatisfy({ used($0) + amount >= 0 }) else { throw Refused() }
    self[path].adjusted += amount
  }

  mutating func reserve(_ id: String, _ account: AccountPath, budget: Int64, rate: Int64) throws {
    if let known = jobs[id] {
      guard known.account == account, known.isOpen else { throw Refused() }
      return
    }
    guard let node = accounts[account], budget > 0 else { throw Refused() }
    for path in account.chain {
      let node = self[path]
      guard !node.isClosed, liveJobs(path) < node.attributes.maximalJobs.bound ?? .max else {
        throw Refused()
      }
    }
    let lease = min(budget, max(1_000_000, rate * 30))
    let wanted: Int64
    switch node.attributes.allocation {
    case .strict: wanted = budget
    case .elastic: wanted = lease
    case .bestEffort: wanted = obtainable(account) > 0 ? min(lease, obtainable(account)) : lease
    }
    try secure(wanted, account)
    jobs[id] = Job(account: account, budget: budget, held: wanted)
  }

  mutating func extendLease(_ id: String, _ wanted: Int64) throws -> Int64 {
    guard let job = jobs[id], job.isOpen else { throw Refused() }
    let more = min(wanted, job.budget - (job.charged - job.overdraft + job.held), obtainable(job.account))
    guard more > 0 else { return 0 }
    try secure(more, job.account)
    self[job: id].held += more
    return more
  }

  mutating func raiseBudget(_ id: String, _ amount: Int64) throws {
    guard let job = jobs[id], job.isOpen, amount > 0 else { throw Refused() }
    self[job: id].budget += amount
    if self[job.account].attributes.allocation == .strict {
      try secure(amount, job.account)
      self[job: id].held += amount
    }
  }

  mutating func charge(_ id: String, total: Int64) throws {
    guard let job = jobs[id] else { throw Refused() }
    guard job.isOpen, total > job.charged else { return }
    let amount = total - job.charged
    let covered = min(job.held, amount)
    self[job: id].charged += amount
    self[job: id].held -= covered
    self[job: id].overdraft += amount - covered
  }

  mutating func settle(_ id: String, total: Int64) throws {
    try charge(id, total: total)
    guard let job = jobs[id], job.isOpen else { return }
    self[job: id].held = 0
    self[job: id].isOpen = false
    giveBackSurplus(job.account)
  }

  mutating func refund(_ id: String, _ amount: Int64) throws {
    guard let job = jobs[id], amount > 0, amount <= job.charged,
      job.account.chain.allSatisfy({ used($0) >= amount })
    else { throw Refused() }
    self[job: id].charged -= amount
    self[job: id].overdraft = max(0, job.overdraft - amount)
    giveBackSurplus(job.account)
  }

  /// Begins new periods of an account and those above it where the old ones are over.
  mutating func renew(_ path: AccountPath, at now: WallTime) {
    for path in path.chain.reversed() {
      guard let node = accounts[path], !node.isClosed, let end = node.periodEnd, now.since(end) >= .zero
      else {
        continue
      }
      let rest = available(path)
      if !node.attributes.rollsOver, rest > 0 { self[path].got -= rest }
      self[path].usedBefore = used(path) - max(0, -rest)
      self[path].periodEnd = node.attributes.period?.end(of: now)
      var share = node.attributes.limit.bound?.microcredits ?? 0
      if path.parent != nil, draws(path) { share = node.attributes.guarantee.microcredits }
      if !node.attributes.rollsOver { share -= reserved(path) }
      if let parent = path.parent { share = min(share, obtainable(parent)) }
      if share > 0 { try? give(share, path) }
    }
  }
}
