import Reporting
import ResourceModel
import Testing

@Suite("The text report")
struct TextReportTests {
  @Test("has the exact form", arguments: golden.keys.sorted())
  func hasTheExactForm(name: String) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    #expect(report.rendered(as: .text) == golden[name])
  }

  @Test("lets no text from a job reach the terminal as control, or break a line", arguments: TrickyText.all)
  func isSafe(text: String) {
    let rendered = SampleReports.tricky(text).rendered(as: .text)
    #expect(!rendered.unicodeScalars.contains { TrickyText.isControl($0) && $0 != "\n" })
    let plain = SampleReports.tricky("plain").rendered(as: .text)
    #expect(rendered.split(separator: "\n").count == plain.split(separator: "\n").count)
  }

  @Test("does not say that nothing was refused where a rule kills")
  func killingRules() {
    var report = SampleReports.stopped
    func confined() -> String? {
      report.rendered(as: .text).split(separator: "\n").first { $0.hasPrefix("  confined") }
        .map { String($0.dropFirst(18)) }
    }
    let unknown = "whether its rules killed other processes is not known"
    report.confinement.hasKillingRules = true
    #expect(confined() == "default; refused: mount (2), bpf; \(unknown)")
    report.confinement.refusals = []
    #expect(confined() == "default; no call was refused by an error; \(unknown)")
    report.confinement.killingCall = "sync"
    #expect(
      confined() == "default; no call was refused by an error; the command was killed for sync; \(unknown)")
    report.confinement.hasKillingRules = false
    #expect(confined() == "default; nothing was refused")
  }

  @Test("shows no negative amount at the end of every range")
  func largest() {
    #expect(!SampleReports.largest.rendered(as: .text).contains(" -"))
    #expect(!Summary.line(SampleReports.largest).contains("(-"))
  }

  @Test(
    "ends every line without blanks and the text with one newline", arguments: SampleReports.all.map(\.name))
  func isTidy(name: String) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let text = report.rendered(as: .text)
    #expect(!text.contains(" \n") && text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
  }
}

/// What the reports have to look like.
private let golden = [
  "stopped": #"""
  rmrun: make test: stopped: budget used up (500 of 500 credits) after 8m 12s; asked at 95 %, killed at 100 %

    result          stopped: budget used up (500 of 500 credits)
    steps           asked at 95 %, killed at 100 %
    exit status     120 (the command died of SIGKILL)
    job             make-3f2a
    name            make
    command         /usr/bin/make test
    profile         ci
    prices          sample
    label           team=research
    started         2026-11-23T20:08:13.042Z
    ended           2026-11-23T20:16:25.387Z

    wall time       8m 12s
    CPU time        8m 16s (user 8m, system 16.21s), 1.01 CPUs on average
    memory          peak 1.5 GiB, anonymous peak 1 GiB, mean 58.8 MiB [polled]
    storage         read 12 MiB in 345 operations, written 0 B
    latency         [fd77::2]:443 connect 3.4ms, round trip 3.4ms, 12 connections; and 1 more
    processes       peak 12
    waited for      CPU 3s, I/O 12.5ms

    meter   quantity  unit         price     credits        USD
    cpu      496.212  core-second  1         496.212    0.00301
    memory     28.26  GiB-second   0.134036    3.788  0.0000229  polled
    total                                        500    0.00303

    used            500 of 500 credits (100 %)
    overdraft       0.000123 credits, the stated bound is 0.012
    crossed         warning (80 %) after 6m 40s, emergency (95 %) after 7m 50s, hard (100 %) after 8m 12s
    limits held by  kernel: cpu.max, pids.max; polled: memory.max; unavailable: io.max
    confined        default; refused: mount (2), bpf
    readings        9
    time spent      setup 1.2ms, run 8m 12s, settle 830µs

    warning: memory.max is held by readings: this host has no memory controller

  """#,
  "finished": #"""
  rmrun: ci-step: finished with status 3 after 8m 12s

    result          finished with status 3
    exit status     3
    job             make-3f2a
    name            ci-step
    command         /usr/bin/make test
    profile         ci
    prices          sample
    label           team=research
    started         2026-11-23T20:08:13.042Z
    ended           2026-11-23T20:16:25.387Z

    wall time       8m 12s
    CPU time        8m 16s (user 8m, system 16.21s), 1.01 CPUs on average
    memory          peak 1.5 GiB, anonymous peak 1 GiB, mean 58.8 MiB [polled]
    storage         read 12 MiB in 345 operations, written 0 B
    latency         [fd77::2]:443 connect 3.4ms, round trip 3.4ms, 12 connections; and 1 more
    processes       peak 12
    waited for      CPU 3s, I/O 12.5ms

    meter  quantity  unit         price    credits       USD
    cpu      82.305  core-second  1 × 1.5  123.457  0.000748
    total                                  123.457  0.000748

    used            123.457 of 500 credits (24.6 %)
    limits held by  kernel: cpu.max, pids.max; polled: memory.max; unavailable: io.max
    confined        default; refused: mount (2), bpf
    readings        9
    time spent      setup 1.2ms, run 8m 12s, settle 830µs

  """#,
  "not-started": #"""
  rmrun: nosuch --all: not started: nosuch: not found in PATH

    result          not started: nosuch: not found in PATH
    exit status     127
    job             make-3f2a
    name            nosuch
    command         nosuch --all
    profile         default
    prices          sample
    started         2026-11-23T20:08:13.042Z
    ended           2026-11-23T20:08:13.042Z

    used            0 credits, no budget
    readings        0
    time spent      setup 0s, run 0s, settle 0s

  """#,
  "unmeasured": #"""
  rmrun: ci-step: finished with status 0 after 6.1ms

    result          finished with status 0
    exit status     0
    job             make-3f2a
    name            ci-step
    command         /usr/bin/make test
    profile         ci
    prices          sample
    label           team=research
    started         2026-11-23T20:08:13.042Z
    ended           2026-11-23T20:16:25.387Z

    wall time       6.1ms
    CPU time        5.4ms, 0.89 CPUs on average
    memory          not measured
    storage         not measured
    processes       not measured
    waited for      not measured

    meter   quantity  unit         price     credits
    cpu       0.0054  core-second  1          0.0054
    memory                         0.134036        -    not measured
    total                                     0.0054

    used            0.0054 credits, no budget
    limits held by  kernel: cpu.max, pids.max; polled: memory.max; unavailable: io.max
    confined        default; refused: mount (2), bpf
    readings        9
    time spent      setup 1.2ms, run 8m 12s, settle 830µs

  """#,
  "running": #"""
  rmrun: ci-step: still running after 8m 12s

    result          still running
    job             make-3f2a
    name            ci-step
    command         /usr/bin/make test
    profile         ci
    prices          sample
    label           team=research
    started         2026-11-23T20:08:13.042Z

    wall time       8m 12s
    CPU time        8m 16s (user 8m, system 16.21s), 1.01 CPUs on average
    memory          peak 1.5 GiB, anonymous peak 1 GiB, mean 58.8 MiB [polled]
    storage         read 12 MiB in 345 operations, written 0 B
    latency         [fd77::2]:443 connect 3.4ms, round trip 3.4ms, 12 connections; and 1 more
    processes       peak 12
    waited for      CPU 3s, I/O 12.5ms

    meter  quantity  unit         price    credits       USD
    cpu      82.305  core-second  1 × 1.5  123.457  0.000748
    total                                  123.457  0.000748

    used            123.457 of 500 credits (24.6 %)
    expected        warning in 1m 40s, hard in 3m 20s
    limits held by  kernel: cpu.max, pids.max; polled: memory.max; unavailable: io.max
    confined        default; refused: mount (2), bpf
    readings        9
    time spent      setup 1.2ms, run 8m 12s, settle 830µs

  """#,
]
