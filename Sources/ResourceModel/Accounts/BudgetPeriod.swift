/// How often an account's limit begins anew. Periods begin at midnight UTC.
public enum BudgetPeriod: String, Sendable, Hashable, CaseIterable {
  /// Every day.
  case daily
  /// Every Monday.
  case weekly
  /// On the first of every month.
  case monthly

  /// The end of the period that contains `time`, which is the beginning of the next one.
  public func end(of time: WallTime) -> WallTime {
    let day = time.seconds.quotientAndRemainder(dividingByFloor: 86_400).quotient
    let next =
      switch self {
      case .daily: day + 1
      // 1970-01-01 was a Thursday: day 4 was the first Monday.
      case .weekly: day + 7 - (day + 3).quotientAndRemainder(dividingByFloor: 7).remainder
      case .monthly: WallTime.firstDayOfNextMonth(afterDay: day)
      }
    return WallTime(seconds: next * 86_400)
  }
}

extension WallTime {
  /// The day on which the next month begins, both as days since 1970.
  fileprivate static func firstDayOfNextMonth(afterDay day: Int64) -> Int64 {
    let month = civil(daysSince1970: day).month
    // No month is longer than 31 days, and the one after it longer than 27.
    return (day + 1...day + 31).first { civil(daysSince1970: $0).month != month } ?? day + 31
  }
}
