import CgroupPrograms
import CgroupV2
import CreditLedger
import LinuxSystem
import ResourceModel

/// What the final counters say of a job that its supervisor left.
struct FinalUsage {
  private(set) var usage: Usage
  /// Where it comes from.
  private(set) var settlement = Settlement.final
  /// Whether traffic was counted that this process may not look at: the kernel finds programs again for CAP_SYS_ADMIN alone.
  private let lacksTraffic: Bool

  /// Ends what is left of the job; nil if that can't be done. What counts its traffic lives as long as its group.
  init?(of leftover: Leftover, until deadline: Instant) {
    guard let counters = try? leftover.end(devices: BlockDevices(), until: deadline) else { return nil }
    usage = Usage(counters, hasStorage: counters.storage != nil)
    do {
      if let traffic = try NetworkMeter.left(on: leftover.directory.descriptor) { usage.take(traffic) }
      lacksTraffic = false
    } catch {
      lacksTraffic = true
    }
  }

  /// Takes what is known of traffic that could not be looked at, from the last reading or from what was charged, which may be later.
  mutating func fillIn(_ reading: () -> UsageReading?, _ rater: Rater) {
    guard lacksTraffic else { return }
    let quantities = reading()?.quantities ?? [:]
    func last(_ meter: Meter) -> UInt64? {
      let charged = rater.lastQuantity(of: meter).map { UInt64(clamping: $0) }
      return [quantities[meter], charged].compactMap { $0 }.max()
    }
    usage.networkReceived = last(.networkReceived)
    usage.networkSent = last(.networkSent)
    usage.loopbackReceived = last(.loopbackReceived)
    usage.loopbackSent = last(.loopbackSent)
    // Else nobody had counted any.
    let isCounted = Meter.ofNetwork.contains { usage.quantity(of: $0) != nil }
    if isCounted { settlement = .finalButTraffic }
  }
}
