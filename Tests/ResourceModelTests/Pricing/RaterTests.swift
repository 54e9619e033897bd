import ResourceModel
import TestSupport
import Testing

/// A job's counters along its life: cumulative, each growing by anything from nothing to a lot.
private struct CounterPath {
  var readings: [Usage] = []

  init(length: Int, _ generator: inout SeededGenerator) {
    var usage = Usage()
    usage.cpuTime = 0
    usage.memoryTime = 0
    usage.storageRead = 0
    usage.storageWriteOperations = 0
    usage.networkSent = 0
    for _ in 0..<length {
      usage.cpuTime? += generator.anySize() >> 24
      usage.memoryTime? += UInt128(generator.anySize())
      usage.storageRead? += generator.anySize() >> 20
      usage.storageWriteOperations? += generator.anySize() >> 40
      usage.networkSent? += generator.anySize() >> 30
      readings.append(usage)
    }
  }
}

/// Awkward prices: nothing divides by anything.
private let rates: [Meter: Rate] = [
  .cpu: Rate(listUnitPrice: Credits(microcredits: 1_000_003), pricingUnit: .coreHour),
  .memory: Rate(listUnitPrice: Credits(microcredits: 134_037), pricingUnit: .gibSecond),
  .storageRead: Rate(listUnitPrice: Credits(microcredits: 7), pricingUnit: .gb),
  .storageWriteOperations: Rate(listUnitPrice: Credits(microcredits: 333_333), pricingUnit: .thousand),
  .networkSent: Rate(listUnitPrice: Credits(microcredits: 14_029_238_584), pricingUnit: .gib),
]

@Suite("The charge")
struct RaterTests {
  private let factors = [1_000_000, 800_000, 1_500_000, 333_333, 0].map { Multiplier(millionths: $0) }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func doesNotDependOnWhenAndHowOftenOneReads(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let path = CounterPath(length: 200, &generator)
    for factor in factors {
      var once = Rater(rates: rates)
      if let last = path.readings.last { once.add(last, multiplier: factor) }
      for share in [1, 3, 20, 199] as [UInt64] {
        var often = Rater(rates: rates)
        for (index, usage) in path.readings.enumerated()
        where index == path.readings.count - 1 || generator.next() % 200 < share {
          often.add(usage, multiplier: factor)
        }
        #expect(often.total == once.total)
        for meter in rates.keys { #expect(often.charge(of: meter) == once.charge(of: meter)) }
      }
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func dependsOnlyOnTheReadingsAtWhichThePriceChanges(seed: UInt64) {
    var generator = SeededGenerator(seed: seed &+ 1000)
    let path = CounterPath(length: 200, &generator)
    // The factor of each interval; where it changes, a reading has to fall.
    var inForce: [Multiplier] = []
    while inForce.count < path.readings.count {
      let factor = factors.randomElement(using: &generator) ?? .one
      inForce += Array(repeating: factor, count: Int(generator.next() % 30) + 1)
    }
    func isNeeded(_ index: Int) -> Bool {
      index == path.readings.count - 1 || inForce[index] != inForce[index + 1]
    }
    var sparse = Rater(rates: rates)
    var dense = Rater(rates: rates)
    var random = Rater(rates: rates)
    for (index, usage) in path.readings.enumerated() {
      dense.add(usage, multiplier: inForce[index])
      if isNeeded(index) { sparse.add(usage, multiplier: inForce[index]) }
      if isNeeded(index) || generator.next() % 5 == 0 { random.add(usage, multiplier: inForce[index]) }
    }
    #expect(sparse.total == dense.total)
    #expect(random.total == dense.total)
  }

  @Test func isTheSumOfTheMeters() {
    var generator = SeededGenerator(seed: 77)
    for _ in 0..<100 {
      var rater = Rater(rates: rates)
      for usage in CounterPath(length: 20, &generator).readings { rater.add(usage, multiplier: .one) }
      #expect(rater.charges.reduce(.zero) { $0 + $1.charge } == rater.total)
    }
  }

  @Test func isExactForWhatAStandardBookPrices() {
    var usage = Usage()
    usage.cpuTime = 500_000_000
    var rater = Rater(rates: PriceBook.standard.rates)
    rater.add(usage, multiplier: .one)
    #expect(rater.charge(of: .cpu) == Credits(microcredits: 500_000_000))
    usage.memoryTime = (1 << 30) * 3_600_000_000
    rater.add(usage, multiplier: .one)
    #expect(rater.charge(of: .memory) == PriceBook.standard.rates[.memory]?.listUnitPrice)
  }

  @Test func manySmallReadingsAreNotRoundedAway() {
    // A microsecond at 1 credit an hour is 0.0003 micro-credits: rounding each would charge nothing at all.
    let price = Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreHour)
    var rater = Rater(rates: [.cpu: price])
    for microsecond in 1...36_000 as ClosedRange<UInt64> {
      var usage = Usage()
      usage.cpuTime = microsecond
      rater.add(usage, multiplier: .one)
    }
    #expect(rater.total == Credits(microcredits: 10))
  }

  @Test func aCounterThatWentBackAddsNothingUntilItPassesItsOldValue() {
    var rater = Rater(rates: [
      .cpu: Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreSecond)
    ])
    for value in [100, 40, 90, 110] as [UInt64] {
      var usage = Usage()
      usage.cpuTime = value
      rater.add(usage, multiplier: .one)
    }
    #expect(rater.total == Credits(microcredits: 110))
  }

  @Test func unmeasuredIsNotChargedAndNotForgotten() {
    var rater = Rater(rates: [
      .cpu: Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreSecond)
    ])
    for value in [100, nil, 150] as [UInt64?] {
      var usage = Usage()
      usage.cpuTime = value
      rater.add(usage, multiplier: .one)
    }
    #expect(rater.total == Credits(microcredits: 150))
  }

  @Test func theLargestQuantitiesAndPricesEndAtTheTopOfTheRange() {
    var usage = Usage()
    usage.cpuTime = .max
    usage.memoryTime = .max
    usage.networkSent = .max
    var dearest: [Meter: Rate] = [:]
    for meter in [Meter.cpu, .memory, .networkSent] {
      dearest[meter] = PricingUnit.units(for: meter).first.map { Rate(listUnitPrice: .max, pricingUnit: $0) }
    }
    var rater = Rater(rates: dearest)
    rater.add(usage, multiplier: Multiplier(millionths: .max))
    #expect(rater.total == .max)
    var factorless = Rater(rates: dearest)
    factorless.add(usage, multiplier: Multiplier(millionths: 0))
    #expect(factorless.total == .zero)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func agreesWithLongDivision(seed: UInt64) {
    var generator = SeededGenerator(seed: seed &+ 5000)
    for _ in 0..<500 {
      // Small enough for the plain product to fit 128 bits.
      let price = Int64(generator.anySize() >> 34)
      let factor = Int64(generator.next() % 10_000_001)
      let quantity = generator.anySize() >> 4
      let unit = PricingUnit.allCases.randomElement(using: &generator) ?? .one
      let rate = Rate(listUnitPrice: Credits(microcredits: price), pricingUnit: unit)
      let product = UInt128(quantity) * UInt128(price) * UInt128(factor) / (unit.quantity * 1_000_000)
      let charge = rate.charge(for: UInt128(quantity), multiplier: Multiplier(millionths: factor))
      #expect(charge == Credits(microcredits: Int64(clamping: product)))
    }
  }
}
