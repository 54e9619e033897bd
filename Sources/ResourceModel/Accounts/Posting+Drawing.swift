extension Posting {
  /// Whether an account gets more than was set aside for it at first: from a parent that is drawn from, or, for a root, from outside.
  func draws(_ id: AccountID) -> Bool {
    guard let parent = self[id].parent else { return true }
    return self[parent].attributes.allocation.isDrawnFrom
  }

  /// The most that could be set aside in an account now.
  public func obtainable(in id: AccountID) -> Credits {
    let account = self[id]
    let own = account.balance.available + account.attributes.overdraft
    guard draws(id) else { return max(.zero, own) }
    let above = account.parent.map { obtainable(in: $0) } ?? .max
    return max(.zero, own + min(room(in: id), above))
  }

  /// How much more an account may get before it is at its limit.
  private func room(in id: AccountID) -> Credits {
    let account = self[id]
    guard let limit = account.attributes.limit.bound else { return .max }
    return max(.zero, limit - (account.balance.allotted - account.usedBefore))
  }

  /// Sees to it that an account has an amount available, and draws what is missing from those above. Throws `.short`, naming
  /// the account that lacks it.
  /// - Parameter mayOverdraw: whether the overdraft that the account is allowed counts as available. It is for reservations: what
  ///   is given away for good has to be there.
  mutating func secure(_ amount: Credits, in id: AccountID, mayOverdraw: Bool = true) throws(BookingError) {
    let account = self[id]
    guard !account.isClosed else { throw .closed(account.path) }
    guard amount > .zero else { return }
    let overdraft = mayOverdraw ? account.attributes.overdraft : .zero
    let missing = amount - account.balance.available - overdraft
    guard missing > .zero else { return }
    guard draws(id), missing <= room(in: id) else {
      throw shortage(of: amount, in: id, obtainable: obtainable(in: id))
    }
    try fund(id, with: missing)
  }

  /// An account has too little. What it is granted comes from above: where there is too little too, that is granted first.
  private func shortage(of amount: Credits, in id: AccountID, obtainable there: Credits) -> BookingError {
    var shortage = Shortage(account: self[id].path, wanted: amount, obtainable: there)
    var needed = shortage.missing
    for id in chain(of: id) where needed > .zero {
      shortage.remedy.insert(Shortage.Grant(account: self[id].path, amount: needed), at: 0)
      guard let parent = self[id].parent else { break }
      needed = needed - obtainable(in: parent)
    }
    return .short(shortage)
  }

  /// Gives an account credits from its parent, or from outside.
  mutating func fund(_ id: AccountID, with amount: Credits) throws(BookingError) {
    let before = self[id].balance.heldByParent
    try move(amount, in: id, from: .granted, to: .available)
    // Of what a child had overdrawn the parent has paid already.
    if let parent = self[id].parent { try secure(self[id].balance.heldByParent - before, in: parent) }
    try carryUp(id)
  }

  /// Takes credits that an account has available back to its parent, or outside.
  mutating func defund(_ id: AccountID, of amount: Credits) throws(BookingError) {
    // One that was overdrawn keeps what comes through it, until it is even again.
    guard amount <= self[id].balance.available else {
      throw shortage(of: amount, in: id, obtainable: max(.zero, self[id].balance.available))
    }
    try move(amount, in: id, from: .available, to: .granted)
    try carryUp(id)
  }

  /// Gives back what accounts have drawn beyond their guarantee and do not need any more.
  mutating func returnSurplus(from id: AccountID) throws(BookingError) {
    for id in chain(of: id) where draws(id) {
      let account = self[id]
      // A root with a limit has got it for good.
      guard account.parent != nil || account.attributes.limit == .unlimited else { return }
      let drawn = account.balance.allotted - account.usedBefore - account.attributes.guarantee
      let surplus = min(account.balance.available, drawn)
      if surplus > .zero { try defund(id, of: surplus) }
    }
  }
}
