/// The most that a job can burn: what makes it safe not to look for a while.
///
/// With R credits left before the next threshold and at most B credits a second, a job cannot cross before R ÷ B.
///
/// `cpu.max` gives B for long times only. It lets a job use the whole quota of a period on all its CPUs at once, and the
/// next one's right after: with 0.5 CPUs on a host of 4, 100 ms of CPU time within 25 ms. So where it is below the number of
/// CPUs two bounds hold at a time: the CPUs' own speed, and the quota's after a head start of two periods.
public struct BurnBound: Sendable, Hashable {
  /// The price of all usable CPUs for a second; over long times, where `cpu.max` makes them fewer than there are.
  public var cpuPerSecond: Credits
  /// The price of all CPUs that the job can keep busy at a moment, for a second. Never below `cpuPerSecond`.
  public var cpuPeakPerSecond: Credits
  /// The head start over `cpuPerSecond` that a job can have: the price of two periods' quota.
  public var cpuBurst: Credits
  /// The price of the memory ceiling for a second.
  public var memoryPerSecond: Credits
  /// The most memory that the job can hold.
  public var memoryCeiling: ByteCount
  /// The price of all traffic that `io.max` lets through in a second.
  public var ioPerSecond: Credits
  /// Whether some priced meter has no ceiling (I/O without `io.max`): then readings come at a bounded interval as well.
  public var hasUnboundedMeter: Bool

  /// Makes a bound from its parts, each in credits a second but for the head start.
  public init(
    cpuPerSecond: Credits, cpuPeakPerSecond: Credits? = nil, cpuBurst: Credits = .zero,
    memoryPerSecond: Credits = .zero, memoryCeiling: ByteCount = ByteCount(bytes: 0),
    ioPerSecond: Credits = .zero, hasUnboundedMeter: Bool = false
  ) {
    self.cpuPerSecond = cpuPerSecond
    self.cpuPeakPerSecond = max(cpuPerSecond, cpuPeakPerSecond ?? cpuPerSecond)
    self.cpuBurst = cpuBurst
    self.memoryPerSecond = memoryPerSecond
    self.memoryCeiling = memoryCeiling
    self.ioPerSecond = ioPerSecond
    self.hasUnboundedMeter = hasUnboundedMeter
  }

  /// The sum of the parts over long times.
  public var perSecond: Credits { cpuPerSecond + memoryPerSecond + ioPerSecond }

  /// The sum of the parts at a moment.
  public var peakPerSecond: Credits { cpuPeakPerSecond + memoryPerSecond + ioPerSecond }

  /// The bound for a frozen job: no CPU, no new traffic, and the memory that it holds.
  public func frozen(holding memory: ByteCount?) -> BurnBound {
    holding(min(memory ?? memoryCeiling, memoryCeiling))
  }

  /// The bound for so much memory and nothing else.
  func holding(_ memory: ByteCount) -> BurnBound {
    guard memoryCeiling.bytes > 0 else { return BurnBound(cpuPerSecond: .zero) }
    let price = Int128(memoryPerSecond.microcredits) * Int128(memory.bytes) / Int128(memoryCeiling.bytes) + 1
    return BurnBound(
      cpuPerSecond: .zero, memoryPerSecond: Credits(microcredits: Int64(clamping: price)),
      memoryCeiling: memory)
  }

  /// The most that can stand uncounted in the accounting of the CPUs, which is up to one tick old on each.
  func uncounted(within tick: Duration) -> Credits {
    BurnBound(cpuPerSecond: cpuPeakPerSecond).most(in: tick)
  }

  /// The shortest time in which `credits` can be burned.
  public func shortestTime(toBurn credits: Credits) -> Duration {
    guard credits > .zero else { return .zero }
    return max(Self.time(credits, at: peakPerSecond), Self.time(credits - cpuBurst, at: perSecond))
  }

  /// The most that can be burned in `duration`, rounded up.
  public func most(in duration: Duration) -> Credits {
    min(Self.burned(in: duration, at: peakPerSecond), Self.burned(in: duration, at: perSecond) + cpuBurst)
  }

  private static func time(_ credits: Credits, at rate: Credits) -> Duration {
    guard rate > .zero else { return .nanoseconds(Int64.max) }
    let nanoseconds = Int128(credits.microcredits) * 1_000_000_000 / Int128(rate.microcredits)
    return .nanoseconds(Int64(clamping: nanoseconds))
  }

  private static func burned(in duration: Duration, at rate: Credits) -> Credits {
    let product = Int128(rate.microcredits) * Int128(max(0, duration.nanoseconds))
    return Credits(microcredits: Int64(clamping: (product + 999_999_999) / 1_000_000_000))
  }
}
