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

  /// The highest threshold that use has reached in the current period; nil below all, and without a limit.
  public var standing: Threshold? {
    guard let ceiling = ceiling.bound else { return nil }
    return Threshold.allCases.last { used >= ceiling.portion(attributes.thresholds.share(of: $0)) }
  }
}
