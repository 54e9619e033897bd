import Testing

@testable import Supervision

@Suite("What became ready")
struct LoopTokenTests {
  @Test func eachHasANumberOfItsOwn() {
    let numbers: [UInt64] = [1, 2, 7, 8, 1 << 60]
    let tokens =
      [.signals, .guardian, .books, .control, .launch]
      + numbers.flatMap { number -> [LoopToken] in
        [
          .connection(number), .command(job: number), .calls(job: number), .group(job: number),
          .work(job: number),
        ]
      }
    #expect(Set(tokens.map(\.rawValue)).count == tokens.count)
    #expect(tokens.map { LoopToken(rawValue: $0.rawValue) } == tokens)
  }

  @Test(arguments: [5, 6, 7, 13, 14, 15] as [UInt64])
  func othersAreNone(rawValue: UInt64) { #expect(LoopToken(rawValue: rawValue) == nil) }
}
