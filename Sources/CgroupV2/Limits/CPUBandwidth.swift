package import ResourceModel

/// The CPU time that a group may use in each period: the two numbers of `cpu.max`. Example: `150000 100000`
/// is 1.5 CPUs.
package struct CPUBandwidth: Sendable, Hashable {
  /// Microseconds of CPU time, of all CPUs together. The kernel takes no less than 1,000.
  package var quota: UInt64
  /// Microseconds, from 1,000 to 1,000,000.
  package var period: UInt64

  /// Makes the bandwidth from its two numbers, in microseconds.
  package init(quota: UInt64, period: UInt64) { (self.quota, self.period) = (quota, period) }

  /// So many CPUs, in the kernel's standard period of 100 ms. Shares that would be below the kernel's least
  /// quota there get a period of 1 s; below a thousandth of a CPU it is one thousandth.
  package init(cpus: CPUCount) {
    let thousandths = UInt64(max(cpus.thousandths, 1))
    period = thousandths < 10 ? 1_000_000 : 100_000
    let (product, overflow) = thousandths.multipliedReportingOverflow(by: period)
    quota = (overflow ? .max : product) / 1000
  }

  /// What is written to `cpu.max`.
  static func text(_ limit: Limit<CPUBandwidth>) -> String {
    switch limit {
    case .unlimited: "max"
    case .atMost(let bandwidth): "\(bandwidth.quota) \(bandwidth.period)"
    }
  }
}
