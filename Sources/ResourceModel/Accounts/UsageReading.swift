/// What a job had used at a time, as its account remembers it.
public struct UsageReading: Sendable, Hashable {
  /// When it was read.
  public var time: WallTime
  /// Credits since the job's launch.
  public var used: Credits
  /// What each meter said: cumulative, in the meter's base unit, but for memory, which is in byte-seconds. A meter that could not be
  /// read is missing.
  public var quantities: [Meter: UInt64]

  /// Makes a reading.
  public init(time: WallTime, used: Credits, quantities: [Meter: UInt64]) {
    self.time = time
    self.used = used
    self.quantities = quantities
  }

  /// The reading of all meters that can be priced.
  public init(time: WallTime, used: Credits, usage: Usage) {
    var quantities: [Meter: UInt64] = [:]
    for meter in Meter.priced {
      guard let quantity = usage.quantity(of: meter) else { continue }
      quantities[meter] = UInt64(clamping: meter == .memory ? quantity / 1_000_000 : quantity)
    }
    self.init(time: time, used: used, quantities: quantities)
  }
}

/// Which of a job's readings are remembered: the last ones all, older ones ever more thinly.
///
/// Readings are numbered from 0. A number that can be halved h times stays until it is `window` × 2ʰ behind the last one, so of readings
/// that are twice as old half as many are left, and a new one takes at most one old one's place:
///
///     numbers kept of 0 … 40 with a window of 8:  0 8 12 16 20 24 26 28 30 32 33 34 35 36 37 38 39 40
///
/// A job keeps about `window`, and half of that for each time that its length doubles: with a reading every 10 s, 290 of a day, 448 of a
/// month.
public enum UsageHistory {
  /// How many of the last readings are all kept. A power of two.
  public static let window: Int64 = 64
  /// How close two readings may lie, but for a job's last one.
  public static let resolution: Duration = .seconds(1)

  /// The number of the reading that goes when the one with this number comes; nil if none does.
  public static func expired(by number: Int64) -> Int64? {
    guard number > 0 else { return nil }
    let halvings = number.trailingZeroBitCount
    let (distance, overflow) = window.multipliedReportingOverflow(by: 1 << halvings)
    // Number 0 can be halved for ever.
    guard !overflow, number > distance else { return nil }
    return number - distance
  }
}
