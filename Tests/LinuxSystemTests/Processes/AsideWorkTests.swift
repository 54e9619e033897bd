import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@Suite("Work that is done aside", .timeLimit(.minutes(15)))
struct AsideWorkTests {
  @Test func whoeverNeedsItLooksAfterOtherThingsMeanwhile() throws {
    let gate = try Gate()
    let work = try AsideWork { gate.isOpened(within: .seconds(30)) }
    // It waits for what comes only after it was started.
    #expect(work.outcome == nil)
    gate.open()
    var poller = try Poller()
    try poller.add(work.rawValue, token: 7, events: .readable)
    let events = try poller.wait(until: Clock.boottime().advanced(by: .seconds(30)))
    #expect(events.map(\.token) == [7])
    #expect(work.outcome == true)
  }

  @Test func itCanBeWaitedForAlone() throws {
    let work = try AsideWork {
      Clock.sleep(.milliseconds(50))
      return 7
    }
    work.wait()
    #expect(work.outcome == 7)
  }
}
