import ResourceModel
import Testing

@Suite("Which readings of a job are remembered")
struct UsageHistoryTests {
  /// The numbers that are left of 0 … `last`.
  private static func kept(upTo last: Int64) -> Set<Int64> {
    var kept: Set<Int64> = []
    for number in 0...last {
      kept.insert(number)
      if let expired = UsageHistory.expired(by: number) {
        #expect(kept.remove(expired) != nil, "\(expired) went twice")
      }
    }
    return kept
  }

  @Test(arguments: [0, 1, 63, 64, 65, 200, 1000, 4096, 20_000] as [Int64])
  func theLastAreAllThereAndOlderOnesThinner(last: Int64) {
    let kept = Self.kept(upTo: last)
    #expect(kept.contains(0))
    for number in max(0, last - UsageHistory.window + 1)...last { #expect(kept.contains(number)) }
    let sorted = kept.sorted()
    for (one, next) in zip(sorted, sorted.dropFirst()) {
      // A gap is no wider than a thirty-second of how long it is ago.
      #expect(next - one <= max(1, (last - one) * 2 / UsageHistory.window), "\(one) to \(next) of \(last)")
    }
  }

  @Test func theirNumberGrowsWithTheDoublingsOfTheJobsLength() {
    // A reading each 10 s for a day and for a month.
    #expect(Self.kept(upTo: 8640).count == 290)
    #expect(Self.kept(upTo: 259_200).count == 448)
  }

  @Test func theEndOfTheNumbersIsNoEndOfTheProgram() {
    for number in [1 << 62, 1 << 57, .max, .max - 1] as [Int64] {
      if let expired = UsageHistory.expired(by: number) { #expect((1..<number).contains(expired)) }
    }
  }

  @Test func aReadingHoldsWhatWasMeasured() {
    var usage = Usage()
    usage.cpuTime = 7
    usage.memoryTime = 5_999_999
    usage.storageRead = 0
    let reading = UsageReading(time: WallTime(seconds: 1), used: .zero, usage: usage)
    #expect(reading.quantities == [.cpu: 7, .memory: 5, .storageRead: 0])
  }
}
