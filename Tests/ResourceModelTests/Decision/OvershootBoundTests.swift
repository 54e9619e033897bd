import ResourceModel
import Testing

/// How far past its budget a job can get.
struct OvershootBoundTests {
  private static func bound(_ burn: BurnBound) -> OvershootBound {
    OvershootBound(burn: burn, corePrice: .whole(1), tick: .milliseconds(4), wakeLatency: .milliseconds(5))
  }

  @Test func eachCPUCanBeATickAheadOfItsAccounting() {
    #expect(Self.bound(BurnBound(cpuPerSecond: .whole(8))).accounting == .thousandths(32))
  }

  /// Half a CPU's quota on four CPUs may run on all four at a time.
  @Test func aQuotaDoesNotMakeTheAccountingFresher() {
    let burn = BurnBound(
      cpuPerSecond: .thousandths(500), cpuPeakPerSecond: .whole(4), cpuBurst: .thousandths(100))
    #expect(Self.bound(burn).accounting == .thousandths(16))
    #expect(Self.bound(burn).latency == .thousandths(24))
  }

  @Test func allMetersRunOnUntilTheKillIsDone() {
    let burn = BurnBound(
      cpuPerSecond: .whole(2), memoryPerSecond: .whole(1), memoryCeiling: ByteCount(bytes: 8 << 30),
      ioPerSecond: .whole(1))
    #expect(Self.bound(burn).latency == .thousandths(24), "5 ms, and 1 ms between readings")
  }

  @Test func theKernelsFreeingOfMemoryIsTheJobs() {
    let bound = Self.bound(BurnBound(cpuPerSecond: .whole(1)))
    let none = bound.total(resident: ByteCount(bytes: 0))
    #expect(none == bound.accounting + bound.latency)
    #expect(bound.total(resident: ByteCount(bytes: 4 << 30)) - none == .thousandths(240))
  }

  @Test func theMemoryIsPaidForUntilItIsFreed() {
    let burn = BurnBound(
      cpuPerSecond: .whole(1), memoryPerSecond: .whole(64), memoryCeiling: ByteCount(bytes: 64 << 30))
    let bound = Self.bound(burn)
    let none = bound.total(resident: ByteCount(bytes: 0))
    // 4 GiB take 240 ms to free and are held as long: 0.24 credits of CPU and 4 × 0.24 credits of memory.
    let teardown = bound.total(resident: ByteCount(bytes: 4 << 30)) - none
    #expect((Credits.thousandths(1200)...(.thousandths(1200) + Credits(microcredits: 16))).contains(teardown))
  }

  @Test func theLargestAmountsDoNotOverflow() {
    let burn = BurnBound(cpuPerSecond: .max, memoryPerSecond: .max, memoryCeiling: ByteCount(bytes: 1))
    let bound = OvershootBound(burn: burn, corePrice: .max, tick: .seconds(1), wakeLatency: .seconds(1))
    #expect(bound.total(resident: ByteCount(bytes: .max)) == .max)
  }

  @Test func theMarginIsWhatCanStandUncountedButSparesATinyBudget() {
    var policy = JobPolicy.planned(cpus: 4)
    #expect(policy.margin == Credits(microcredits: 16_001))
    policy.budget = .atMost(.thousandths(100))
    #expect(policy.margin == .thousandths(5))
    policy.budget = .unlimited
    #expect(policy.margin == .zero)
  }
}
