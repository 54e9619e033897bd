/// How much of its account a job holds at a time where its whole budget is not set aside.
///
/// A lease pays for `horizon` of what the job burns, so that it is topped up about twice in that time. All jobs of an account
/// together can hold no more than what is there: what they can spend beyond it is each one's stated overshoot, and no more.
public enum Lease {
  /// How long a lease lasts at the recent burn.
  public static let horizon: Duration = .seconds(30)
  /// The smallest lease: below it, bookkeeping would cost more than the job.
  public static let smallest = Credits(microcredits: 1_000_000)

  /// What a job would like to hold: the horizon's worth of `rate`, at least the smallest lease, and never more than what is left
  /// of its budget.
  /// - Parameters:
  ///   - rate: credits that it burns a second.
  ///   - budgetLeft: what it may still spend.
  public static func wanted(rate: Credits, budgetLeft: Limit<Credits>) -> Credits {
    let (seconds, _) = horizon.components
    let (product, overflow) = rate.microcredits.multipliedReportingOverflow(by: seconds)
    let wish = max(smallest, overflow ? .max : Credits(microcredits: product))
    return min(wish, budgetLeft.bound ?? .max)
  }

  /// Whether a job that holds `held` should ask for more: when half of what it would like to hold is gone.
  public static func isDue(held: Credits, wanted: Credits) -> Bool { held <= wanted.portion(.percent(50)) }
}
