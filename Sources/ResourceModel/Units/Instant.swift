/// A point on a clock that never goes back, in nanoseconds.
///
/// Which clock is the business of who makes it: production uses `CLOCK_BOOTTIME` (it runs on while the machine is
/// suspended, so that a timeout means what the user's watch shows), tests use a simulated one.
public struct Instant: Sendable, Hashable, Comparable {
  /// Nanoseconds since the clock's origin.
  public var nanoseconds: Int64

  /// Makes the instant that lies so many nanoseconds after the clock's origin.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The instant `duration` later; stays at the end of the clock's range if it would pass it.
  public func advanced(by duration: Duration) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
    guard overflow else { return Instant(nanoseconds: sum) }
    return Instant(nanoseconds: duration < .zero ? .min : .max)
  }

  /// How long after `earlier` this instant lies (negative if it lies before it).
  public func since(_ earlier: Instant) -> Duration {
    .nanoseconds(nanoseconds.subtractingReportingOverflow(earlier.nanoseconds).partialValue)
  }

  /// Earlier or later on the same clock.
  public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration {
  /// The duration in whole nanoseconds, rounded towards zero; the end of the range if it does not fit (292 years).
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || overflowToo ? (seconds < 0 ? .min : .max) : sum
  }

  /// The duration in whole microseconds, rounded towards zero.
  public var microseconds: Int64 { nanoseconds / 1000 }

  /// The duration in seconds, for people and for JSON; never for arithmetic on money.
  public var seconds: Double { Double(nanoseconds) / 1e9 }
}
