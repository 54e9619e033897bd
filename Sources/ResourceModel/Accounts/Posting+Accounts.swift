extension Posting {
  /// Opens an account that was added, and gives it what it starts with: its limit where the parent gives fixed shares (and for a
  /// root), its guarantee where the parent is elastic.
  public mutating func open(_ id: AccountID, at now: WallTime) throws(BookingError) {
    let account = self[id]
    for (level, above) in chain(of: id).enumerated().dropFirst() {
      guard !self[above].isClosed else { throw .closed(self[above].path) }
      if let limit = self[above].attributes.maximalDepth.bound, level > limit {
        throw .tooDeep(self[above].path, limit: limit)
      }
    }
    try checkGuarantee(account)
    self[id].periodEnd = account.attributes.period?.end(of: now)
    let share = try startingShare(of: account)
    if share > .zero { try fund(id, with: share) }
  }

  /// Gives an account more: from its parent, or from outside for a root. Its limit rises by it, unless the limit is one of a period.
  public mutating func grant(_ amount: Credits, to id: AccountID) throws(BookingError) {
    guard amount > .zero else { throw .notPositive(amount) }
    guard !self[id].isClosed else { throw .closed(self[id].path) }
    raiseLimit(of: id, by: amount)
    try fund(id, with: amount)
  }

  /// Sets an account's limit. What that frees goes back to the parent.
  public mutating func setLimit(_ limit: Limit<Credits>, of id: AccountID) throws(BookingError) {
    guard !self[id].isClosed else { throw .closed(self[id].path) }
    let isRoot = self[id].parent == nil
    if limit == .unlimited, !isRoot, !draws(id) { throw .needsLimit(self[id].path) }
    self[id].attributes.limit = limit
    try checkGuarantee(self[id])
    guard let limit = limit.bound else { return }
    let difference = limit - (self[id].balance.allotted - self[id].usedBefore)
    if difference < .zero {
      let least = self[id].balance.allotted - self[id].usedBefore - max(.zero, self[id].balance.available)
      guard limit >= least else { throw .limitInUse(self[id].path, least: least) }
      try defund(id, of: .zero - difference)
    } else if difference > .zero, isRoot || !draws(id) {
      try fund(id, with: difference)
    }
  }

  /// Moves what one account has available to another one. The accounts between them and the one above both pass it on.
  public mutating func transfer(_ amount: Credits, from source: AccountID, to target: AccountID)
    throws(BookingError)
  {
    guard amount > .zero else { throw .notPositive(amount) }
    let (up, down) = ways(from: source, to: target)
    for id in [source, target] where self[id].isClosed { throw .closed(self[id].path) }
    try secure(amount, in: source, mayOverdraw: false)
    for id in up {
      raiseLimit(of: id, by: .zero - amount)
      try defund(id, of: amount)
    }
    for id in down.reversed() {
      raiseLimit(of: id, by: amount)
      try fund(id, with: amount)
    }
  }

  /// Closes an account: what it has left goes back to its parent.
  /// - Parameters:
  ///   - id: the account.
  ///   - hasOpenChildren: whether accounts below it are open.
  public mutating func close(_ id: AccountID, hasOpenChildren: Bool) throws(BookingError) {
    let account = self[id]
    guard !account.isClosed else { return }
    guard account.liveJobs == 0, !hasOpenChildren, account.balance.reserved == .zero else {
      throw .inUse(account.path)
    }
    if account.balance.available > .zero { try defund(id, of: account.balance.available) }
    self[id].isClosed = true
  }

  /// Corrects an account's use by hand: positive for use that was not booked.
  public mutating func adjust(_ id: AccountID, by amount: Credits) throws(BookingError) {
    try move(amount, in: id, from: .available, to: .used)
    try carryToRoot(from: id)
  }

  /// The accounts below the lowest one above both: from the source up, and from the target up.
  private func ways(from source: AccountID, to target: AccountID) -> (up: [AccountID], down: [AccountID]) {
    let (above, below) = (chain(of: source), chain(of: target))
    let common = Set(above).intersection(below)
    return (above.filter { !common.contains($0) }, below.filter { !common.contains($0) })
  }

  private func startingShare(of account: Account) throws(BookingError) -> Credits {
    guard let parent = account.parent else { return account.attributes.limit.bound ?? .zero }
    switch self[parent].attributes.allocation {
    case .strict:
      guard let limit = account.attributes.limit.bound else { throw .needsLimit(account.path) }
      return limit
    case .elastic: return account.attributes.guarantee
    case .bestEffort: return .zero
    }
  }

  private func checkGuarantee(_ account: Account) throws(BookingError) {
    guard let limit = account.attributes.limit.bound else { return }
    guard account.attributes.guarantee <= limit else { throw .guaranteeAboveLimit(account.path) }
  }

  private mutating func raiseLimit(of id: AccountID, by amount: Credits) {
    let attributes = self[id].attributes
    if attributes.period == nil, let limit = attributes.limit.bound {
      self[id].attributes.limit = .atMost(max(.zero, limit + amount))
    }
    if self[id].parent != nil, draws(id) {
      self[id].attributes.guarantee = max(.zero, attributes.guarantee + amount)
    }
  }
}

extension Posting {
  /// Changes what is set about an account, but for what moves credits: limit, allocation, guarantee and period.
  public mutating func change(_ id: AccountID, to attributes: AccountAttributes) {
    let before = self[id].attributes
    self[id].attributes = attributes
    self[id].attributes.limit = before.limit
    self[id].attributes.allocation = before.allocation
    self[id].attributes.guarantee = before.guarantee
    self[id].attributes.period = before.period
  }
}
