@testable import Configuration
import ResourceModel
import Testing

@Suite("What profile and prices commands print")
struct ListTextTests {
  private let store = ProfileStore(directories: [])

  @Test func aListOfProfiles() {
    let hidden = ProfileStore.Listing(
      name: "ci", summary: "Mine.", origin: .file("/p/ci.yaml"), obstacle: "ignored: taken")
    #expect(
      ProfileListText.list(Array(store.list().prefix(2)) + [hidden]) == """
        NAME     FROM        WHAT FOR
        default  built in    Always applies: no swap, and a bound against fork bombs.
        ci       built in    A step of a CI job: bounded in time, ends with its command.
        ci       /p/ci.yaml  (ignored: taken)

        """)
  }

  @Test func aProfileWithWhatSetEachOfItsSettings() throws {
    #expect(
      ProfileListText.show(try store.resolve("interactive")) == """
        interactive: A shell or editor: prompt, and warned before anything is stopped.
        applies: default (built in), then interactive (built in)

        KEY              VALUE  SET BY
        priority         high   interactive
        warn-at          70%    interactive
        pids.max         4096   default
        memory.swap.max  0      default
        grace            30s    interactive
        stop-signal      HUP    interactive

        Not set: budget, emergency-at, hard-at, on-exhausted, cpu.max, cpu.weight, cpuset.cpus, cpuset.mems, \
        memory.max, memory.high, io.max.rbps, io.max.wbps, io.max.riops, io.max.wiops, work-size, net, \
        network.bytes, network.connections, network.rate, network.domains, meter, timeout, cpu-time, idle-timeout, warn-signal, wait, nice, oom-score-adj, rlimit, \
        confine, isolate, write, read, tmp-size, cap-keep, user, group, env-clear, env-keep, env, keep-fd

        """)
  }

  @Test func theStandardPrices() {
    #expect(
      PriceListText.show(.standard) == """
        standard: 1 credit = 0.000006058775 USD

        METER                    UNIT                CREDITS       USD
        cpu                      core-second         1             0.000006058775
        memory                   GiB-hour            482.528234    0.00292353
        storage.read             GB                  2.512174      0.0000152207
        storage.written          GB                  2.512174      0.0000152207
        storage.readOperations   million-operations  314.021814    0.001902588
        storage.writeOperations  million-operations  314.021814    0.001902588
        network.sent             GiB                 14029.238584  0.085

        Priorities: low × 0.8, normal × 1, high × 1.5

        Only where something else has it measured: network.sent

        Measured where possible, and free: network.received, loopback.received, loopback.sent, api.requests

        """)
  }

  @Test func aBookWithTimesOfDayAndWithoutMoney() {
    var book = PriceBook(
      name: "night", currency: nil, creditPrice: nil,
      rates: [.cpu: Rate(listUnitPrice: Credits(microcredits: 1), pricingUnit: .coreHour)])
    book.periods = [PricePeriod(start: 1320, end: 365, multiplier: Multiplier(millionths: 500_000))]
    book.utcOffset = -330
    let text = PriceListText.show(book)
    #expect(
      text.hasPrefix(
        "night: a credit has no worth in money\n\nMETER  UNIT       CREDITS\ncpu    core-hour  0.000001\n"))
    #expect(text.contains("Times of day (UTC-05:30), the first that holds counts:\n22:00 to 06:05: × 0.5\n"))
  }

  @Test func theResultOfACheck() {
    let fault = Diagnostic(file: "p.yaml", position: SourcePosition(line: 2, column: 3), message: "wrong")
    #expect(ProfileListText.check([], of: "ci") == "ci: no faults\n")
    #expect(ProfileListText.check([fault], of: "p.yaml") == "p.yaml:2:3: error: wrong\np.yaml: 1 fault\n")
    #expect(ProfileListText.check([fault, fault], of: "p.yaml").hasSuffix("p.yaml: 2 faults\n"))
  }

  @Test func whatAFileSaysDoesNotDriveTheTerminal() {
    let listing = ProfileStore.Listing(
      name: "x", summary: "\u{1b}[2J", origin: .file("/\u{1b}"), obstacle: nil)
    var book = PriceBook.standard
    book.name = "\u{1b}"
    for text in [ProfileListText.list([listing]), PriceListText.show(book)] {
      #expect(!text.unicodeScalars.contains("\u{1b}"))
    }
  }
}
