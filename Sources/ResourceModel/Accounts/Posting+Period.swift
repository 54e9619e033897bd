extension Posting {
  /// Whether an account's period is over.
  public func isDue(_ id: AccountID, at now: WallTime) -> Bool {
    guard let end = self[id].periodEnd, !self[id].isClosed else { return false }
    return now.since(end) >= .zero
  }

  /// Ends an account's period: what it has available lapses, unless it rolls over. What jobs and children hold stays theirs, and
  /// an overdraft counts as used in the new period.
  public mutating func lapse(_ id: AccountID, at now: WallTime) throws(BookingError) {
    let available = self[id].balance.available
    if !self[id].attributes.rollsOver, available > .zero { try defund(id, of: available) }
    let overdrawn = max(.zero, .zero - available)
    self[id].usedBefore = self[id].balance.used - overdrawn
    self[id].periodEnd = self[id].attributes.period?.end(of: now)
  }

  /// Begins an account's period: it gets its share anew, or as much of it as there is above.
  public mutating func renew(_ id: AccountID) throws(BookingError) {
    let account = self[id]
    var share = try renewedShare(of: account)
    // What is promised already counts against the new period.
    if !account.attributes.rollsOver { share = share - account.balance.reserved }
    if let parent = account.parent { share = min(share, obtainable(in: parent)) }
    if share > .zero { try fund(id, with: share) }
  }

  private func renewedShare(of account: Account) throws(BookingError) -> Credits {
    guard let parent = account.parent, self[parent].attributes.allocation.isDrawnFrom else {
      return account.attributes.limit.bound ?? .zero
    }
    return account.attributes.guarantee
  }
}
