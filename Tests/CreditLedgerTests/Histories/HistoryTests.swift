import Testing

@Suite("Random histories of a ledger", .timeLimit(.minutes(15)))
struct HistoryTests {
  /// 10,000 histories, each of them against a model, with all invariants after each step.
  @Test(arguments: 0..<10)
  func agreeWithTheModel(block: UInt64) throws {
    for seed in block * 1000..<(block + 1) * 1000 {
      var history = try History(seed: seed)
      for step in 0..<6 + Int(seed % 16) {
        guard let difference = try history.step() else { continue }
        Issue.record("seed \(seed), step \(step): \(difference)")
        return
      }
      if let difference = try history.jobDifference() {
        Issue.record("seed \(seed), at the end: \(difference)")
      }
    }
  }
}
