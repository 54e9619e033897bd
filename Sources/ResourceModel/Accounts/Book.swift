/// The four books of an account. They always add up to zero.
///
///     granted + available + reserved + used = 0
///
/// Every movement takes from one book of an account and gives to another one of the same account, so nothing can appear or vanish.
public enum Book: String, Sendable, Hashable, CaseIterable {
  /// Where the account's credits come from: its parent, or from outside for a root. Minus all that it ever got.
  case granted
  /// What nobody has claimed. Negative: a visible overdraft.
  case available
  /// What is set aside for children and jobs.
  case reserved
  /// What jobs in the account and below it have used.
  case used
}

/// Why credits were moved.
public enum MovementKind: String, Sendable, Hashable, CaseIterable {
  /// An account got credits from its parent or from outside.
  case grant
  /// Credits were set aside for a job.
  case reserve
  /// What was set aside and not used went back.
  case release
  /// A job's use was booked.
  case charge
  /// Credits went from one account to another.
  case transfer
  /// Use was given back to a job's account.
  case refund
  /// What remained at the end of a period lapsed.
  case expire
  /// Use was corrected by hand.
  case adjust
}

/// One line of a movement: what it added to one book of one account. The lines of a movement add up to zero.
public struct Entry: Sendable, Hashable {
  /// The account.
  public var account: AccountID
  /// Which of its books.
  public var book: Book
  /// What was added to it; negative for what was taken.
  public var amount: Credits
  /// The job whose own credits these are; nil for what an ancestor books with it.
  public var job: JobNumber?

  /// Makes a line.
  public init(account: AccountID, book: Book, amount: Credits, job: JobNumber? = nil) {
    self.account = account
    self.book = book
    self.amount = amount
    self.job = job
  }
}

/// An account's number in its ledger.
public struct AccountID: RawRepresentable, Sendable, Hashable {
  /// The number.
  public let rawValue: Int64
  /// Makes an identifier from the number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A job's number in its ledger.
public struct JobNumber: RawRepresentable, Sendable, Hashable {
  /// The number.
  public let rawValue: Int64
  /// Makes an identifier from the number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}
