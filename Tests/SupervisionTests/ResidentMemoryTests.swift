import LinuxSystem
import ResourceModel
import Testing

@testable import Supervision

/// The bill of a job whose memory no controller counts.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct ResidentMemoryTests {
  /// The processes of such a job share pages when the first sample comes (a shell between fork and exec), and hold their own later: the
  /// first ratio may not stand for the rest.
  @Test func billsWhatSeveralProcessesHoldOverTime() throws {
    // tail holds all of its only line until its input ends, three quarters of a second later.
    let hold = "(head -c 200000000 /dev/zero; sleep 0.75) | tail | wc -c"
    let report = try #require(try Bench().run([script(hold)]).first)
    let peak = try #require(report.usage.memoryPeak)
    let memoryTime = try #require(report.usage.memoryTime)
    #expect(peak > 190_000_000)
    // At least what tail held while sleep slept, to within a quarter.
    #expect(memoryTime > UInt128(peak) * 750_000 * 3 / 4)
  }

  @Test func countsOneProcessInFull() {
    var memory = ResidentMemory()
    let sample = memory.sample([OwnProcess.pid], at: Clock.boottime())
    #expect(sample.resident > 1 << 20)
    #expect(sample.proportional == sample.resident)
  }

  @Test func countsWhatMayNotBeLookedIntoInFull() {
    var memory = ResidentMemory()
    // A process that does not exist holds nothing; init's pages can't be looked into by an ordinary user.
    let sample = memory.sample([OwnProcess.pid, .max], at: Clock.boottime())
    #expect(sample.proportional > 0)
    #expect(sample.proportional <= sample.resident)
  }
}
