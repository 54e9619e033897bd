/// The most that a job can burn: what makes it safe not to look for a while.
///
/// With R credits left before the next threshold and at most B credits a second, a job cannot cross before R ÷ B.
public struct BurnBound: Sendable, Hashable {
  /// The price of all usable CPUs for a second.
  public var cpuPerSecond: Credits
  /// The price of the memory ceiling for a second.
  public var memoryPerSecond: Credits
  /// The most memory that the job can hold.
  public var memoryCeiling: ByteCount
  /// The price of all traffic that `io.max` lets through in a second.
  public var ioPerSecond: Credits
  /// Whether some priced meter has no ceiling (I/O without `io.max`): then readings come at a bounded interval as well.
  public var hasUnboundedMeter: Bool

  /// Makes a bound from its parts, each in credits a second.
  public init(
    cpuPerSecond: Credits, memoryPerSecond: Credits = .zero, memoryCeiling: ByteCount = ByteCount(bytes: 0),
    ioPerSecond: Credits = .zero, hasUnboundedMeter: Bool = false
  ) {
    self.cpuPerSecond = cpuPerSecond
    self.memoryPerSecond = memoryPerSecond
    self.memoryCeiling = memoryCeiling
    self.ioPerSecond = ioPerSecond
    self.hasUnboundedMeter = hasUnboundedMeter
  }

  /// The sum of the parts.
  public var perSecond: Credits { cpuPerSecond + memoryPerSecond + ioPerSecond }

  /// The bound for a frozen job: no CPU, no new traffic, and the memory that it holds.
  public func frozen(holding memory: ByteCount?) -> BurnBound {
    let held = min(memory ?? memoryCeiling, memoryCeiling)
    guard memoryCeiling.bytes > 0 else { return BurnBound(cpuPerSecond: .zero) }
    let price = Int128(memoryPerSecond.microcredits) * Int128(held.bytes) / Int128(memoryCeiling.bytes) + 1
    return BurnBound(
      cpuPerSecond: .zero, memoryPerSecond: Credits(microcredits: Int64(clamping: price)), memoryCeiling: held
    )
  }

  /// The shortest time in which `credits` can be burned.
  public func shortestTime(toBurn credits: Credits) -> Duration {
    guard credits > .zero else { return .zero }
    guard perSecond > .zero else { return .nanoseconds(Int64.max) }
    let nanoseconds = Int128(credits.microcredits) * 1_000_000_000 / Int128(perSecond.microcredits)
    return .nanoseconds(Int64(clamping: nanoseconds))
  }

  /// The most that can be burned in `duration`, rounded up.
  public func most(in duration: Duration) -> Credits {
    let micro = Int128(perSecond.microcredits) * Int128(max(0, duration.nanoseconds)) / 1_000_000_000 + 1
    return Credits(microcredits: Int64(clamping: micro))
  }
}
