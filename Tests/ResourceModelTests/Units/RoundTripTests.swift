import ResourceModel
import TestSupport
import Testing

@Suite("What is printed exactly is read back as the same value")
struct RoundTripTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func creditsMoneyAndFactors(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5000 {
      // Numbers have at most 18 digits.
      let amount = Int64(generator.anySize() % 1_000_000_000_000_000_000)
      let credits = Credits(microcredits: amount)
      #expect(try Credits(parsing: credits.description) == credits)
      let money = Money(picounits: amount)
      #expect(try Money(parsing: money.description) == money)
      let factor = Multiplier(millionths: amount % 1_000_000_001)
      #expect(try Multiplier(parsing: factor.description) == factor)
      let share = Share(millionths: amount % 1_000_001)
      #expect(try Share(parsing: share.description) == share)
      let cpus = CPUCount(thousandths: amount + 1)
      #expect(try CPUCount(parsing: cpus.description) == cpus)
    }
  }

  @Test(arguments: [4, 5, 6] as [UInt64])
  func sizes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5000 {
      let unit = UInt64(1) << [0, 10, 20, 30, 40].randomElement(using: &generator, orElse: 0)
      let size = ByteCount(bytes: generator.anySize() % 1_000_000_000_000_000_000 / unit * unit)
      #expect(try ByteCount(parsing: size.exact) == size)
    }
  }

  @Test(arguments: [7, 8, 9] as [UInt64])
  func durationsInEveryUnitAndMixture(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let units: [(String, Int64)] = [
      ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
      ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]
    for _ in 0..<2000 {
      var text = ""
      var nanoseconds: Int64 = 0
      for (suffix, length) in units.shuffled(using: &generator).prefix(3) {
        let count = Int64(generator.next() % 1000)
        text += "\(count)\(suffix)"
        nanoseconds += count * length
      }
      #expect(try Duration(parsing: text) == .nanoseconds(nanoseconds))
    }
  }

  @Test func everySignalByEachOfItsNames() throws {
    for number in Int32(1)...31 {
      let signal = Signal(number: number)
      #expect(try Signal(parsing: signal.name) == signal)
      #expect(try Signal(parsing: signal.name.lowercased()) == signal)
      #expect(try Signal(parsing: String(signal.name.dropFirst(3))) == signal)
      #expect(try Signal(parsing: "\(number)") == signal)
    }
  }
}

extension Collection {
  fileprivate func randomElement(using generator: inout SeededGenerator, orElse other: Element) -> Element {
    randomElement(using: &generator) ?? other
  }
}
