import ResourceModel

/// A running job.
enum SampleProgress {
  static let budgeted = JobProgress(
    name: "ci-step", elapsed: .seconds(300), used: Credits(microcredits: 400_000_000),
    budget: .atMost(Credits(microcredits: 500_000_000)), rate: Credits(microcredits: 512_345),
    forecast: ExhaustionForecast(earliest: .seconds(170), expected: .seconds(200), latest: .seconds(240)),
    cpuTime: .seconds(290), cpusBusy: CPUCount(thousandths: 1987), memory: ByteCount(bytes: 1_610_612_736))

  static var metered: JobProgress {
    var progress = budgeted
    progress.budget = .unlimited
    progress.forecast = nil
    return progress
  }

  static let fresh = JobProgress(
    name: "ci-step", elapsed: .zero, used: .zero, budget: .atMost(Credits(microcredits: 500_000_000)))
}
