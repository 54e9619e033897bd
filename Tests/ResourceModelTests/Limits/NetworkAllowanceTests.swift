import ResourceModel
import TestSupport
import Testing

@Suite("What a job may move over the network")
struct NetworkAllowanceTests {
  private func allowance(
    _ credits: Int64?, _ prices: [Meter: Int64], multiplier: Int64 = 1_000_000
  ) -> NetworkAllowance {
    NetworkAllowance(
      bytes: .unlimited, credits: credits.map { .atMost(Credits(microcredits: $0)) } ?? .unlimited,
      rates: prices.mapValues { Rate(listUnitPrice: Credits(microcredits: $0), pricingUnit: .gib) },
      multiplier: Multiplier(millionths: multiplier))
  }

  @Test func aByteWeighsWhatItCosts() {
    let allowance = allowance(2_000_000, [.networkSent: 4_000_000, .networkReceived: 1_000_000])
    #expect(allowance.weights == [16_384, 65_536, 0, 0])
    // 2 credits of 4 a GiB: half a GiB sent, or two received.
    #expect(allowance.left == .atMost(1 << 45))
  }

  @Test func aFactorOnPricesLeavesLess() {
    #expect(
      allowance(2_000_000, [.networkSent: 4_000_000], multiplier: 2_000_000).left == .atMost(1 << 44))
    #expect(allowance(1, [.networkSent: 1], multiplier: 0).left == .unlimited)
  }

  @Test func withoutPricesOrCreditsThereIsNoBound() {
    #expect(allowance(5, [:]).left == .unlimited)
    #expect(allowance(5, [.networkSent: 0]).left == .unlimited)
    #expect(allowance(nil, [.networkSent: 1]).left == .unlimited)
  }

  @Test func aRateIsATimeForAMebibyte() throws {
    func time(_ rate: String) throws -> UInt64 {
      NetworkAllowance(
        bytes: .unlimited, rate: .atMost(try BitRate(parsing: rate)), credits: .unlimited, rates: [:],
        multiplier: .one
      ).nanosecondsPerMebibyte
    }
    #expect(try time("8Mbit") == 1_048_576_000)
    #expect(try time("1kbit") == 8_388_608_000_000)
    #expect(try time("1000Gbit") == 8388)
    #expect(allowance(nil, [:]).nanosecondsPerMebibyte == 0)
  }

  @Test(arguments: ["10Mbit", "1.5Gbit", "64kbit", "1000Gbit", "1.001Mbit"])
  func aRateReadsAsItIsWritten(text: String) throws {
    #expect(try BitRate(parsing: text).description == text)
  }

  @Test func whatIsOverdrawnLeavesNothing() {
    #expect(allowance(-5, [.networkSent: 1_000_000]).left == .atMost(0))
    #expect(allowance(0, [.networkSent: 1_000_000]).left == .atMost(0))
  }

  @Test func noAmountOverflows() {
    for credits in [1, 1 << 40, Int64.max] {
      for price in [1, 1 << 30, Int64.max] {
        for multiplier in [1, 1_000_000, 1_000_000_000] as [Int64] {
          _ = allowance(credits, [.networkSent: price, .networkReceived: 1], multiplier: multiplier)
        }
      }
    }
    #expect(allowance(.max, [.networkSent: 1]).left == .unlimited)
  }

  /// What the kernel lets pass is never charged more than the credits, and two bytes more all but them.
  @Test func itIsAsExactAsTheCharge() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<1000 {
      let price = Int64.random(in: 1...20_000_000_000, using: &generator)
      let credits = Int64.random(in: 0...500_000_000, using: &generator)
      let multiplier = Int64.random(in: 500_000...2_000_000, using: &generator)
      let rate = Rate(listUnitPrice: Credits(microcredits: price), pricingUnit: .gib)
      guard case .atMost(let left) = allowance(credits, [.networkSent: price], multiplier: multiplier).left
      else {
        continue
      }
      let factor = Multiplier(millionths: multiplier)
      #expect(rate.charge(for: UInt128(left >> 16), multiplier: factor).microcredits <= credits)
      #expect(rate.charge(for: UInt128(left >> 16) + 2, multiplier: factor).microcredits >= credits - 2)
    }
  }
}
