/// The hardest threshold that an account or one above it has reached: it counts for every job below.
public struct AccountStanding: Sendable, Hashable {
  /// The account.
  public var account: AccountPath
  /// What it has reached.
  public var threshold: Threshold

  /// Makes a standing.
  public init(account: AccountPath, threshold: Threshold) {
    self.account = account
    self.threshold = threshold
  }

  /// The standing of a chain of accounts; nil if none has reached a threshold.
  public init?(_ chain: [Account]) {
    let reached = chain.compactMap { account in account.standing.map { (account.path, $0) } }
    guard let hardest = reached.max(by: { $0.1 < $1.1 }) else { return nil }
    self.init(account: hardest.0, threshold: hardest.1)
  }
}
