import ResourceModel
import TestSupport
import Testing

@Suite("Memory over time")
struct MemoryIntegratorTests {
  private func at(_ microseconds: Int64) -> Instant { Instant(nanoseconds: microseconds * 1000) }

  @Test func constantMemoryIsItsProductWithTime() {
    var integrator = MemoryIntegrator()
    for step in 0...10 as ClosedRange<Int64> { integrator.add(1 << 20, at: at(step * 100)) }
    #expect(integrator.total == (1 << 20) * 1000)
    #expect(integrator.error == 0)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func theErrorCoversWhatEveryMonotonePathBetweenSamplesCanBe(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    // A path that only grows, sampled at a tenth of its points.
    var truth: UInt128 = 0
    var memory: UInt64 = 0
    var integrator = MemoryIntegrator()
    integrator.add(0, at: at(0))
    for step in 1...1000 as ClosedRange<Int64> {
      truth += UInt128(memory) * 10
      memory += generator.anySize() >> 40
      if step % 10 == 0 { integrator.add(memory, at: at(step * 10)) }
    }
    let difference = truth > integrator.total ? truth - integrator.total : integrator.total - truth
    #expect(difference <= integrator.error)
  }

  @Test func noPartOfAMicrosecondIsLostBetweenSamples() {
    var integrator = MemoryIntegrator()
    for step in 0...1000 as ClosedRange<Int64> {
      integrator.add(1 << 20, at: Instant(nanoseconds: step * 1999))
    }
    #expect(integrator.total == (1 << 20) * 1999)
  }

  @Test func aSampleThatIsNotLaterAddsNothing() {
    var integrator = MemoryIntegrator()
    integrator.add(100, at: at(10))
    integrator.add(900, at: at(10))
    integrator.add(900, at: at(5))
    #expect(integrator.total == 0)
    integrator.add(100, at: at(20))
    #expect(integrator.total == 1000)
  }

  @Test func aDeadJobIsTakenToHaveHeldWhatWasLastSeen() {
    var integrator = MemoryIntegrator()
    integrator.add(100, at: at(0))
    integrator.finish(at: at(10), peak: 5000)
    #expect(integrator.total == 1000)
  }

  @Test func aJobNeverSeenAliveRisesFromNothingToItsPeak() {
    var integrator = MemoryIntegrator()
    integrator.add(0, at: at(0))
    integrator.finish(at: at(10), peak: 5000)
    #expect(integrator.total == 25_000)
    #expect(integrator.error == 25_000)
  }
}
