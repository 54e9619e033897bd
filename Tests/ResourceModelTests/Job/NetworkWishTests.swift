import ResourceModel
import Testing

@Suite("Whether a job's network has to be counted")
struct NetworkWishTests {
  private func spec(_ rates: [Meter: Int64] = [:], _ change: (inout JobSpec) -> Void = { _ in }) -> JobSpec {
    var spec = JobSpec(command: ["x"])
    spec.prices = PriceBook(name: "b", currency: nil, creditPrice: nil, rates: [:])
    for (meter, price) in rates {
      spec.prices.rates[meter] = Rate(listUnitPrice: Credits(microcredits: price), pricingUnit: .gib)
    }
    change(&spec)
    return spec
  }

  @Test func nobodyAsksForIt() {
    #expect(!spec().measuresNetwork)
    #expect(!spec([.storageRead: 1]).measuresNetwork)
    #expect(!spec { $0.required = .kernel }.measuresNetwork)
    #expect(!spec { $0.limits.measured = [.cpu] }.measuresNetwork)
  }

  @Test(arguments: Meter.ofNetwork)
  func aPriceAsks(meter: Meter) {
    #expect(spec([meter: 1]).measuresNetwork)
    #expect(!spec([meter: 0]).measuresNetwork)
  }

  @Test func aLimitAsksAndIsHeld() {
    let limited = spec { $0.limits.networkBytes = .atMost(ByteCount(bytes: 0)) }
    #expect(limited.measuresNetwork && limited.holdsNetwork)
  }

  @Test func aBudgetIsHeldWhereTheNetworkHasAPrice() {
    let budget: (inout JobSpec) -> Void = { $0.limits.budget = .atMost(.credits(.whole(1))) }
    #expect(spec([.networkSent: 1], budget).holdsNetwork)
    #expect(!spec([.networkSent: 1]).holdsNetwork)
    #expect(!spec([.storageRead: 1], budget).holdsNetwork)
  }

  @Test func aPriceThatAppliesWhereItIsMeasuredDoesNotAsk() throws {
    func charged(_ change: (inout JobSpec) -> Void) throws -> (JobSpec, Set<Meter>) {
      var spec = spec([.networkSent: 1, .cpu: 1], change)
      spec.prices.chargedWhereMeasured = [.networkSent]
      spec.limits.budget = .atMost(.credits(.whole(1)))
      let host = HostFacts(
        cpus: 1, memory: ByteCount(bytes: 1 << 30), tick: .milliseconds(4), wakeLatency: .milliseconds(1))
      return (spec, Set(try JobPlan(spec, on: host).spec.prices.rates.keys))
    }
    let (plain, itsMeters) = try charged { _ in }
    #expect(!plain.measuresNetwork && !plain.holdsNetwork && itsMeters == [.cpu])
    let (asked, askedMeters) = try charged { $0.limits.measured = [.network] }
    #expect(asked.holdsNetwork && askedMeters == [.cpu, .networkSent])
    let (limited, limitedMeters) = try charged { $0.limits.networkRate = .atMost(BitRate(bitsPerSecond: 1)) }
    #expect(limited.holdsNetwork && limitedMeters == [.cpu, .networkSent])
  }

  /// A running job is planned anew when its limits change: what it pays for does not.
  @Test func whatIsChargedStaysSoWithoutTheLimitThatItIsMeasuredFor() throws {
    let host = HostFacts(
      cpus: 1, memory: ByteCount(bytes: 1 << 30), tick: .milliseconds(4), wakeLatency: .milliseconds(1))
    var spec = spec([.networkSent: 1]) { $0.limits.networkBytes = .atMost(ByteCount(bytes: 1)) }
    spec.prices.chargedWhereMeasured = [.networkSent]
    spec.limits.budget = .atMost(.credits(.whole(1)))
    var running = try JobPlan(spec, on: host).spec
    running.limits.networkBytes = .unlimited
    let planned = try JobPlan(running, on: host).spec
    #expect(planned.prices.rates.keys.contains(.networkSent))
    #expect(planned.measuresNetwork && planned.holdsNetwork)
  }

  @Test func aWishAndARequirementAsk() {
    #expect(spec { $0.limits.measured = [.network] }.measuresNetwork)
    #expect(spec { $0.required = .features([.network]) }.measuresNetwork)
    #expect(!spec { $0.required = .features([.cpu]) }.measuresNetwork)
  }
}
