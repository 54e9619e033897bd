/// What a job has in the books of its account.
public struct JobHolding: Sendable, Hashable {
  /// Its number in the ledger.
  public let number: JobNumber
  /// The account that pays.
  public let account: AccountID
  /// The most that it may use.
  public var budget: Credits
  /// What is set aside for it and not used.
  public var held = Credits.zero
  /// What it was charged so far.
  public var charged = Credits.zero
  /// What it used beyond what was set aside for it.
  public var overdraft = Credits.zero
  /// Whether its end has been booked.
  public var isSettled = false

  /// A job that holds nothing.
  public init(number: JobNumber, account: AccountID, budget: Credits) {
    self.number = number
    self.account = account
    self.budget = budget
  }

  /// The most that it may use with what it holds.
  public var backed: Credits { charged - overdraft + held }
}
