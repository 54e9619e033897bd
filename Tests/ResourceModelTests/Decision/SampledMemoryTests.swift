import ResourceModel
import Testing

/// Memory over time, made of samples.
struct SampledMemoryTests {
  private static func integral(_ samples: [(at: Int64, bytes: UInt64)]) -> MemoryIntegrator {
    var integrator = MemoryIntegrator()
    for (microseconds, bytes) in samples { integrator.add(bytes, at: .after(.microseconds(microseconds))) }
    return integrator
  }

  @Test func constantMemoryIsExactHoweverItIsSampled() {
    for step in [1, 7, 1000, 70_000] as [Int64] {
      let times = stride(from: Int64(0), through: 70_000, by: Int(step))
      let integrator = Self.integral(times.map { ($0, 4096) })
      #expect(integrator.total == 4096 * UInt128(70_000 / step * step))
      #expect(integrator.error == 0)
    }
  }

  @Test func aStraightLineIsExactAndItsErrorIsStated() {
    let integrator = Self.integral([(0, 0), (1_000_000, 1000)])
    #expect(integrator.total == 500_000_000)
    #expect(integrator.error == 500_000_000)
  }

  @Test func fallingMemoryIsLikeRisingMemory() {
    #expect(Self.integral([(0, 1000), (10, 0)]).total == 5000)
    #expect(Self.integral([(0, 1000), (10, 0)]).error == 5000)
  }

  @Test func denserSamplesStateASmallerError() {
    let coarse = Self.integral([(0, 0), (1_000_000, 1_000_000)])
    let fine = Self.integral((0...100).map { ($0 * 10_000, UInt64($0 * 10_000)) })
    #expect(fine.total == coarse.total)
    #expect(fine.error * 100 == coarse.error)
  }

  @Test func theFirstSampleHasNoLength() {
    #expect(Self.integral([(5, 1 << 40)]).total == 0)
  }

  @Test func withoutAnySampleThereIsNothing() {
    var integrator = MemoryIntegrator()
    integrator.finish(at: .after(.seconds(10)), peak: 1 << 40)
    #expect(integrator.total == 0)
  }

  @Test func aYearOfAPetabyteDoesNotOverflow() {
    let year: Int64 = 365 * 86_400 * 1_000_000
    #expect(Self.integral([(0, 1 << 50), (year, 1 << 50)]).total == (1 << 50) * UInt128(year))
  }
}
