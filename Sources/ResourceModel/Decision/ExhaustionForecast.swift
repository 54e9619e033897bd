/// When a threshold will be crossed, counted from the forecast, at the burn rate of the recent readings.
public struct ExhaustionForecast: Sendable, Hashable {
  /// At the fastest recent rate.
  public var earliest: Duration
  /// At the mean recent rate.
  public var expected: Duration
  /// At the slowest recent rate; nil if the job did not burn at all for a while.
  public var latest: Duration?

  /// Makes a forecast.
  public init(earliest: Duration, expected: Duration, latest: Duration?) {
    self.earliest = earliest
    self.expected = expected
    self.latest = latest
  }
}

/// The recent readings of a job, thinned to a bounded number, and the burn rates between them.
///
/// The history spans the last 30 seconds, or as far back as its last two readings where they lie farther apart. When it has grown to
/// more than 32 readings every second one is dropped, so that it stays small however dense the readings are; its rates are real
/// rates (the first system divided what was reserved by one hour, and called it a rate).
public struct BurnHistory: Sendable, Hashable {
  private struct Sample: Sendable, Hashable {
    var at: Instant
    var credits: Credits
  }

  private static let window: Duration = .seconds(30)
  private static let capacity = 32
  private var samples: [Sample] = []
  private var newest: Sample?

  /// A history without readings.
  public init() {}

  /// Adds a reading.
  public mutating func add(_ credits: Credits, at instant: Instant) {
    let sample = Sample(at: instant, credits: credits)
    newest = sample
    if let first = samples.first, let last = samples.last {
      // A sixteenth of the span so far, so that a young job has a history too.
      let spacing = min(last.at.since(first.at), Self.window) / 16
      guard instant > last.at, instant.since(last.at) >= spacing else { return }
    }
    samples.append(sample)
    // The youngest reading from before the window stays: without it a job that is read rarely would have no rate.
    let outside = samples.dropLast().lastIndex { instant.since($0.at) >= Self.window }
    samples.removeFirst(outside ?? 0)
    if samples.count > Self.capacity {
      samples = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
    }
  }

  /// How many readings are kept.
  package var count: Int { samples.count }

  /// Credits a second over the whole history; nil before the second reading.
  public var rate: Credits? { rate(from: samples.first, to: newest) }

  /// When a job that has used `used` will have used `threshold`; nil if it burns nothing, or is already past it.
  public func forecast(from used: Credits, to threshold: Credits) -> ExhaustionForecast? {
    guard used < threshold, let mean = rate, mean > .zero else { return nil }
    var ends = samples
    if let newest, newest != ends.last { ends.append(newest) }
    let rates = zip(ends, ends.dropFirst()).compactMap { rate(from: $0, to: $1) }
    let rest = threshold - used
    let fastest = max(mean, rates.max() ?? mean)
    let slowest = min(mean, rates.min() ?? mean)
    return ExhaustionForecast(
      earliest: Self.time(for: rest, at: fastest), expected: Self.time(for: rest, at: mean),
      latest: slowest > .zero ? Self.time(for: rest, at: slowest) : nil)
  }

  private func rate(from first: Sample?, to last: Sample?) -> Credits? {
    guard let first, let last, last.at > first.at else { return nil }
    let burned = Int128((last.credits - first.credits).microcredits)
    return Credits(
      microcredits: Int64(clamping: burned * 1_000_000_000 / Int128(last.at.since(first.at).nanoseconds)))
  }

  private static func time(for credits: Credits, at rate: Credits) -> Duration {
    .nanoseconds(
      Int64(clamping: Int128(credits.microcredits) * 1_000_000_000 / Int128(max(1, rate.microcredits))))
  }
}
