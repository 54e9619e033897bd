import Reporting
import ResourceModel
import Testing

@Suite("The summary")
struct SummaryTests {
  typealias Change = @Sendable (inout JobReport) -> Void

  @Test("says what ended, why and when", arguments: endings)
  func says(line: String, change: Change) {
    var report = SampleReports.stopped
    change(&report)
    #expect(Summary.line(report) == "rmrun: make test: " + line)
  }

  /// Each of `SampleReports.stopped`, changed.
  static let endings: [(String, Change)] = [
    (
      "stopped: budget used up (500 of 500 credits) after 8m 12s; asked at 95 %, killed at 100 %",
      { _ in }
    ),
    (
      "stopped: budget used up (500 of 500 credits) after 8m 12s; asked at 90.5 %, killed 10s later",
      {
        $0.thresholds[.hard] = nil
        $0.thresholdShares.emergency = Share(millionths: 905_000)
        $0.stopping.killed = $0.stopping.asked.map { $0 + .seconds(10) }
      }
    ),
    (
      "stopped: budget used up (500 of 500 credits) after 8m 12s; frozen at 95 %, killed at 100 %",
      {
        $0.stopping.frozen = $0.stopping.asked
        $0.stopping.asked = nil
      }
    ),
    (
      "stopped: time limit reached after 10m; asked after 9m 50s, killed 10s later",
      {
        $0.terminationReason = .timeout
        $0.wallTime = .seconds(600)
        $0.stopping.asked = .seconds(590)
        $0.stopping.killed = .seconds(600)
      }
    ),
    (
      "stopped: CPU time used up (8m 16s) after 8m 12s; asked after 7m 50s",
      {
        $0.terminationReason = .cpuTime
        $0.stopping.killed = nil
      }
    ),
    (
      "stopped: no CPU progress for too long after 8m 12s",
      {
        $0.terminationReason = .idle
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "killed: memory limit reached (peak 1.5 GiB) after 45ms",
      {
        $0.terminationReason = .memory
        $0.wallTime = .milliseconds(45)
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "killed: a group above the job reached its memory limit (peak 1.5 GiB) after 8m 12s",
      {
        $0.terminationReason = .ancestorMemory
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "killed: the host ran out of memory after 8m 12s",
      {
        $0.terminationReason = .hostMemory
        $0.usage.memoryPeak = nil
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "stopped: limit of processes reached (peak 12) after 8m 12s",
      {
        $0.terminationReason = .processes
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "died of SIGSEGV after 8m 12s",
      {
        $0.terminationReason = .signal
        $0.outcome = .signaled(Signal(number: 11))
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "stopped by a signal after 8m 12s",
      {
        $0.terminationReason = .signal
        $0.outcome = .exited(0)
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "finished with status 3 after 2h 5m",
      {
        $0.terminationReason = nil
        $0.outcome = .exited(3)
        $0.wallTime = .seconds(7510)
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "not started: '/etc' is a directory",
      {
        $0.launchFailure = "'/etc' is a directory"
        $0.terminationReason = nil
        $0.stopping = JobReport.Stopping()
      }
    ),
    (
      "ended, its status is not known after 8m 12s",
      {
        $0.outcome = nil
        $0.terminationReason = nil
        $0.stopping = JobReport.Stopping()
      }
    ),
  ]

  @Test("has the bill and the main figures below")
  func hasTheBill() {
    #expect(
      Summary.lines(SampleReports.stopped).dropFirst() == [
        "rmrun:   500 of 500 credits = 0.00303 USD (100 %, cpu 496.212, memory 3.788, overdraft 0.000123); "
          + "CPU time 8m 16s, memory peak 1.5 GiB; exit status 120",
        "rmrun: warning: memory.max is held by readings: this host has no memory controller",
      ])
    #expect(
      Summary.lines(SampleReports.finished).dropFirst() == [
        "rmrun:   123.457 of 500 credits = 0.000748 USD (24.6 %, cpu 123.457); CPU time 8m 16s, memory peak 1.5 GiB; "
          + "exit status 3"
      ])
  }

  @Test("says which priced meter is not in the bill")
  func saysWhatIsUnmeasured() {
    #expect(
      Summary.lines(SampleReports.unmeasured) == [
        "rmrun: ci-step: finished with status 0 after 6.1ms",
        "rmrun:   0.0054 credits (cpu 0.0054); CPU time 5.4ms, memory not measured; exit status 0",
        "rmrun:   not in the bill, because not measured: memory",
      ])
  }

  @Test("of a command that could not be started has no figures")
  func notStarted() {
    #expect(
      Summary.lines(SampleReports.notStarted) == [
        "rmrun: nosuch --all: not started: nosuch: not found in PATH", "rmrun:   0 credits; exit status 127",
      ])
  }

  @Test("is one line of bounded length, safe for a terminal", arguments: TrickyText.all)
  func isOneSafeLine(text: String) {
    let line = Summary.line(SampleReports.tricky(text))
    #expect(!line.unicodeScalars.contains { TrickyText.isControl($0) })
    #expect(line.count < 200 && !line.contains(": : "))
  }

  @Test(
    "names a job as people do",
    arguments: [
      ("make", ["/usr/bin/make", "test"], "make test"), ("ci-step", ["/usr/bin/make", "test"], "ci-step"),
      ("sh", ["sh", "-c", "a && b"], "sh -c 'a && b'"), ("sh", ["sh", "-c", "a\nb"], "sh -c $'a\\nb'"),
      ("", ["x"], "(no name)"), ("x", [], "x"),
    ])
  func names(name: String, command: [String], title: String) {
    let line = Summary.line(SampleReports.plain(name: name, command: command))
    #expect(line == "rmrun: \(title): still running after 0s")
  }
}
