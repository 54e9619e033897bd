/// An account as it stands: a node of the tree of budgets.
public struct Account: Sendable, Hashable {
  /// Its number in the ledger.
  public let id: AccountID
  /// Its place in the tree.
  public let path: AccountPath
  /// The account above; nil for a root.
  public let parent: AccountID?
  /// What is set about it.
  public var attributes: AccountAttributes
  /// What stands in its books.
  public var balance = Balance()
  /// Jobs that run in it or below it.
  public var liveJobs: Int64 = 0
  /// What had been used, by the books, when the current period began; zero without a period.
  public var usedBefore = Credits.zero
  /// When the current period ends; nil without one.
  public var periodEnd: WallTime?
  /// Whether it has been closed: it takes no job, no child and no credits any more.
  public var isClosed = false

  /// An account with empty books.
  public init(id: AccountID, path: AccountPath, parent: AccountID?, attributes: AccountAttributes) {
    self.id = id
    self.path = path
    self.parent = parent
    self.attributes = attributes
  }

  /// What has been used in the current period.
  public var used: Credits { balance.used - usedBefore }

  /// What there is to use in the current period: the limit, or what the account got, if that is more.
  public var ceiling: Limit<Credits> {
    switch attributes.limit {
    case .unlimited: .unlimited
    case .atMost(let limit): .atMost(max(limit, balance.allotted - usedBefore))
    }
  }

  /// Where in the current period's use a threshold lies: a share of what there is to use, and of the overdraft that is allowed, without which
  /// jobs that were taken on it would be killed before they used it. Nil without a limit.
  public func credits(at threshold: Threshold) -> Credits? {
    ceiling.bound.map { ($0 + attributes.overdraft).portion(attributes.thresholds.share(of: threshold)) }
  }

  /// The highest threshold that use has reached in the current period; nil below all, and without a limit.
  public var standing: Threshold? {
    Threshold.allCases.last { threshold in credits(at: threshold).map { used >= $0 } ?? false }
  }

  /// How much may be used before the next threshold is reached; nil above all, and without a limit.
  public var distance: Credits? {
    Threshold.allCases.compactMap { credits(at: $0) }.filter { $0 > used }.min().map { $0 - used }
  }
}
