/// How far past its budget a job can get: computed beforehand, printed by `--dry-run`, tested.
///
///     bound = P × tick + B × latency + resident × teardown × (c + resident × m)
///
/// - P × tick: a task that runs is accounted up to its last scheduler tick, so what is read can be one tick old on each
///   CPU on which the job runs (P is the price of all of them for a second).
/// - B × latency: between the moment at which a reading is due and the moment at which the last process has been killed, all
///   meters run on at up to B credits a second: the wake-up, the reading itself, the shortest interval between
///   readings, and the walk that delivers SIGKILL.
/// - teardown: after SIGKILL the kernel frees the job's memory on the job's account: 50 ms of CPU per GiB of small
///   pages (measured on Linux 6.18), at the price c of a core-second; and until it is freed the memory is held,
///   at the price m of a GiB-second.
public struct OvershootBound: Sendable, Hashable {
  /// P × tick.
  public var accounting: Credits
  /// B × latency.
  public var latency: Credits
  /// The price of freeing one GiB.
  public var perResidentGiB: Credits
  /// The price of holding the memory until it is freed, for one GiB; it grows with the square of the memory.
  public var heldPerResidentGiB: Credits

  /// CPU time that freeing one GiB of resident memory costs the job.
  public static let teardownPerGiB: Duration = .milliseconds(60)
  /// The shortest time between two readings.
  public static let shortestInterval: Duration = .milliseconds(1)

  /// Makes the bound for a job.
  /// - Parameters:
  ///   - burn: the most that the job can burn.
  ///   - corePrice: what one core-second costs.
  ///   - tick: the accounting tick, 1/HZ.
  ///   - wakeLatency: the longest time from a timer's end to a finished kill.
  public init(burn: BurnBound, corePrice: Credits, tick: Duration, wakeLatency: Duration) {
    accounting = burn.uncounted(within: tick)
    latency = burn.most(in: wakeLatency + Self.shortestInterval)
    perResidentGiB = BurnBound(cpuPerSecond: corePrice).most(in: Self.teardownPerGiB)
    heldPerResidentGiB = burn.holding(ByteCount(bytes: 1 << 30)).most(in: Self.teardownPerGiB)
  }

  /// The bound for a job that holds so much memory at its end.
  public func total(resident: ByteCount) -> Credits {
    let freeing = Self.price(of: resident, perGiB: perResidentGiB)
    let holding = Self.price(of: resident, perGiB: Self.price(of: resident, perGiB: heldPerResidentGiB))
    return accounting + latency + freeing + holding
  }

  private static func price(of memory: ByteCount, perGiB price: Credits) -> Credits {
    Credits(microcredits: Int64(clamping: Int128(price.microcredits) * Int128(memory.bytes) / (1 << 30)))
  }
}
