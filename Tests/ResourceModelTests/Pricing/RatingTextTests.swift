import ResourceModel
import TestSupport
import Testing

/// What a crash must not lose of a rating.
struct RatingTextTests {
  /// Whoever goes on from the text charges what the dead one would have.
  @Test func whoGoesOnChargesTheSame() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let prices = PriceBook.standard
      var rater = Rater(rates: prices.rates)
      var factor = Multiplier.one
      var usage = Usage()
      (usage.cpuTime, usage.memoryTime, usage.storageRead) = (0, 0, 0)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        usage.cpuTime = (usage.cpuTime ?? 0) + random.anySize() >> 20
        usage.memoryTime = (usage.memoryTime ?? 0) + UInt128(random.anySize())
        usage.storageRead = (usage.storageRead ?? 0) + random.anySize() >> 20
        factor = Multiplier(millionths: .random(in: 0...3_000_000, using: &random))
        rater.add(usage, multiplier: factor)
        var heir = try #require(Rater.parse(rater.text(at: factor)))
        #expect(heir.factor == factor)
        #expect(heir.rater.total == rater.total)
        // The final counters, read by either of them.
        var last = usage
        last.cpuTime = (last.cpuTime ?? 0) + 12_345
        last.memoryTime = nil
        var own = rater
        own.add(last, multiplier: factor)
        heir.rater.add(last, multiplier: heir.factor)
        #expect(heir.rater.total == own.total)
      }
    }
  }

  @Test(arguments: [
    "", "rmrun.rating/2\nfactor 1", "rmrun.rating/1", "rmrun.rating/1\nfactor x",
    "rmrun.rating/1\nfactor 1\nrate cpu 1", "rmrun.rating/1\nfactor 1\nrate cpus 1 core-second",
    "rmrun.rating/1\nfactor 1\nlast cpu -1", "rmrun.rating/1\nfactor 1\nsum 1 cpu",
    "rmrun.rating/1\nfactor 1\nwhat 1",
  ])
  func anythingElseIsNoRating(text: String) { #expect(Rater.parse(text) == nil) }
}
