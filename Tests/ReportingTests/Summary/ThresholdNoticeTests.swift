import Reporting
import ResourceModel
import Testing

@Suite("A threshold's notice")
struct ThresholdNoticeTests {
  private func line(
    _ threshold: Threshold, _ progress: JobProgress = SampleProgress.budgeted,
    _ limits: JobLimits = JobLimits()
  ) -> String {
    ThresholdNotice(threshold, progress: progress, limits: limits).line
  }

  @Test("at the warning says how long the rest lasts")
  func warning() {
    #expect(
      line(.warning) == "rmrun: warning: ci-step has used 80 % of its budget (400 of 500 credits); "
        + "at this rate the rest lasts 3m 20s (2m 50s to 4m)")
  }

  @Test(
    "gives the range that is known",
    arguments: [
      (
        ExhaustionForecast(earliest: .seconds(170), expected: .seconds(200), latest: nil),
        "3m 20s (at least 2m 50s)"
      ),
      (ExhaustionForecast(earliest: .seconds(12), expected: .seconds(12), latest: .seconds(12)), "12s"),
      (
        ExhaustionForecast(earliest: .zero, expected: .milliseconds(200), latest: .seconds(2)),
        "<1s (<1s to 2s)"
      ),
    ])
  func range(forecast: ExhaustionForecast, text: String) {
    var progress = SampleProgress.budgeted
    progress.forecast = forecast
    #expect(line(.warning, progress).hasSuffix("at this rate the rest lasts " + text))
  }

  @Test("without a rate says no time")
  func withoutRate() {
    var progress = SampleProgress.budgeted
    progress.forecast = nil
    #expect(
      line(.warning, progress) == "rmrun: warning: ci-step has used 80 % of its budget (400 of 500 credits)")
  }

  @Test("at the emergency threshold says what is done")
  func emergency() {
    var progress = SampleProgress.budgeted
    progress.used = Credits(microcredits: 475_600_000)
    var limits = JobLimits()
    limits.grace = .seconds(90)
    let amount = "rmrun: ci-step has used 95.1 % of its budget (475.6 of 500 credits); "
    #expect(
      line(.emergency, progress, limits) == amount + "asking it to stop by SIGTERM, SIGKILL follows in 1m 30s"
    )
    limits.onExhausted = .freeze
    #expect(
      line(.emergency, progress, limits)
        == amount + "it is frozen, and what is left pays for the memory that it holds")
  }

  @Test("at the hard threshold says that the job is killed")
  func hard() {
    var progress = SampleProgress.budgeted
    progress.used = Credits(microcredits: 500_000_001)
    #expect(
      line(.hard, progress) == "rmrun: ci-step has used 100 % of its budget (500 of 500 credits); killing it")
  }

  @Test("never says 100 % before the budget is used up")
  func roundsDown() {
    var progress = SampleProgress.budgeted
    progress.used = Credits(microcredits: 499_999_999)
    #expect(line(.hard, progress).contains("used 99.9 %"))
  }

  @Test("is one line, safe for a terminal", arguments: TrickyText.all)
  func isOneSafeLine(text: String) {
    var progress = SampleProgress.budgeted
    progress.name = text
    #expect(!line(.warning, progress).unicodeScalars.contains { TrickyText.isControl($0) })
  }
}
