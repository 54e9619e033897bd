/// What can be set about an account.
public struct AccountAttributes: Sendable, Hashable {
  /// The most that the account and all below it may use: in all, or in each period.
  public var limit: Limit<Credits> = .unlimited
  /// How it gives to its children and jobs.
  public var allocation = AllocationPolicy.strict
  /// What its parent sets aside for it, where the parent's allocation is elastic.
  public var guarantee = Credits.zero
  /// Where in the limit all jobs below are warned, asked to stop and killed.
  public var thresholds = Thresholds()
  /// How often the limit begins anew; nil: never.
  public var period: BudgetPeriod?
  /// Whether what remains at the end of a period stays, instead of lapsing.
  public var rollsOver = false
  /// The price book's file by which jobs are rated; nil: the standard one.
  public var priceBook: String?
  /// The budget of a job that asks for none; nil: then it is refused.
  public var defaultBudget: Credits?
  /// How many jobs may run in the account and below it at a time.
  public var maximalJobs: Limit<Int64> = .unlimited
  /// How many levels of accounts may stand below it.
  public var maximalDepth: Limit<Int64> = .unlimited
  /// How far below zero a reservation may take what is available. Use that happened is always booked, however far. The thresholds are shares
  /// of the limit and the overdraft together.
  public var overdraft = Credits.zero
  /// Words for reports, by name.
  public var labels: [String: String] = [:]

  /// A strict account without a limit.
  public init() {}
}
