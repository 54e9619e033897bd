/// A time of day on a calendar, as `CLOCK_REALTIME` has it: seconds and nanoseconds since 1970-01-01 00:00 UTC.
///
/// It may jump; durations are never taken from it.
public struct WallTime: Sendable, Hashable {
  /// Whole seconds since 1970.
  public var seconds: Int64
  /// Nanoseconds of the current second, 0 to 999,999,999.
  public var nanoseconds: Int64

  /// Makes a time from seconds and nanoseconds since 1970.
  public init(seconds: Int64, nanoseconds: Int64 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// The time since an earlier one, as the calendar has it: negative where the clock was set back meanwhile.
  public func since(_ earlier: WallTime) -> Duration {
    .seconds(seconds - earlier.seconds) + .nanoseconds(nanoseconds - earlier.nanoseconds)
  }

  /// The time so long after this one; before it, for a negative duration.
  public func advanced(by duration: Duration) -> WallTime {
    let (whole, attoseconds) = duration.components
    let (carry, rest) = (nanoseconds + attoseconds / 1_000_000_000)
      .quotientAndRemainder(dividingByFloor: 1_000_000_000)
    return WallTime(seconds: seconds + whole + carry, nanoseconds: rest)
  }

  /// RFC 3339 in UTC with milliseconds: `2026-11-23T20:08:13.042Z`.
  public var rfc3339: String {
    let (days, second) = seconds.quotientAndRemainder(dividingByFloor: 86_400)
    let (year, month, day) = Self.civil(daysSince1970: days)
    let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    let clock = [second / 3600, second % 3600 / 60, second % 60].map { Self.padded($0, 2) }
    return date + "T" + clock.joined(separator: ":") + "." + Self.padded(nanoseconds / 1_000_000, 3) + "Z"
  }

  /// The proleptic Gregorian date, by the era arithmetic of Howard Hinnant's `civil_from_days`: years begin in March,
  /// so that the leap day comes last, and 146,097 days make an era of 400 years.
  static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingByFloor: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  /// Quotient rounded down and the remainder that belongs to it, never negative for a positive divisor.
  package func quotientAndRemainder(dividingByFloor divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
