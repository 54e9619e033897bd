/// Why a movement can't be booked. Nothing of it has been.
public enum BookingError: Error, Sendable, Hashable {
  /// An account has too little.
  case short(Shortage)
  /// The account is closed.
  case closed(AccountPath)
  /// As many jobs run below the account as may.
  case tooManyJobs(AccountPath, limit: Int64)
  /// No account may stand that far below it.
  case tooDeep(AccountPath, limit: Int64)
  /// A share of an account with strict allocation has to be a number.
  case needsLimit(AccountPath)
  /// The limit is lower than the guarantee.
  case guaranteeAboveLimit(AccountPath)
  /// The limit is lower than what has been used and promised.
  case limitInUse(AccountPath, least: Credits)
  /// Jobs run in the account or below it, or it has open children.
  case inUse(AccountPath)
  /// An amount that is not positive.
  case notPositive(Credits)
  /// More is to be given back than was charged.
  case moreThanCharged(Credits)
  /// The amounts do not fit.
  case overflow(AccountPath)
}

/// Which account is short, by how much, and what would do.
public struct Shortage: Sendable, Hashable {
  /// The account that lacks credits: the one asked, or one above it.
  public var account: AccountPath
  /// What was asked of it.
  public var wanted: Credits
  /// What it could give.
  public var obtainable: Credits
  /// What would do: grants, one after the other, from the highest account down.
  public var remedy: [Grant] = []

  /// What an account would have to be granted.
  public struct Grant: Sendable, Hashable {
    /// The account.
    public var account: AccountPath
    /// How much.
    public var amount: Credits
  }

  /// By how much it is short.
  public var missing: Credits { wanted - obtainable }
}

extension BookingError: CustomStringConvertible {
  /// What failed, on what, and what to do.
  public var description: String {
    switch self {
    case .short(let short):
      """
      account \(short.account) is short of \(short.missing) credits: \(short.wanted) wanted, \(short.obtainable) available; \
      \(short.remedy.map { "`rmrun account grant \($0.account) \($0.amount)`" }.joined(separator: ", then ")) would do
      """
    case .closed(let path): "account \(path) is closed; use another one"
    case .tooManyJobs(let path, let limit):
      "account \(path) may run \(limit) jobs at a time, and they run; wait for one of them, or raise its --max-jobs"
    case .tooDeep(let path, let limit):
      "account \(path) may have \(limit) levels of accounts below it; open the account higher up"
    case .needsLimit(let path):
      "account \(path) needs a --limit: its parent gives fixed shares (allocation strict)"
    case .guaranteeAboveLimit(let path): "account \(path): the guarantee can't be above the limit; lower it"
    case .limitInUse(let path, let least):
      "account \(path): \(least) credits of its limit are used or set aside; \(least) is the lowest limit that it can have now"
    case .inUse(let path):
      "account \(path) is in use: wait for its jobs, and close the accounts below it first"
    case .notPositive(let amount): "\(amount) is not an amount that can be moved; give one above zero"
    case .moreThanCharged(let charged): "no more can be given back than was charged (\(charged) credits)"
    case .overflow(let path): "account \(path) can't hold that many credits (at most \(Credits.max))"
    }
  }
}
