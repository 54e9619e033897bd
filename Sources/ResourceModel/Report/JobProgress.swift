/// A running job at its last reading: what a live line shows.
public struct JobProgress: Sendable, Hashable {
  /// The job's name.
  public var name: String
  /// Since launch.
  public var elapsed: Duration
  /// Credits so far.
  public var used: Credits
  /// The budget.
  public var budget: Limit<Credits>
  /// Credits a second at the recent rate; nil before there is one.
  public var rate: Credits?
  /// When the budget will be used up at the recent rate.
  public var forecast: ExhaustionForecast?
  /// CPU time so far; nil if unmeasured.
  public var cpuTime: Duration?
  /// CPUs busy at the recent rate, in thousandths.
  public var cpusBusy: CPUCount?
  /// Memory now; nil if unmeasured.
  public var memory: ByteCount?

  /// Makes a snapshot.
  public init(
    name: String, elapsed: Duration, used: Credits, budget: Limit<Credits>, rate: Credits? = nil,
    forecast: ExhaustionForecast? = nil, cpuTime: Duration? = nil, cpusBusy: CPUCount? = nil,
    memory: ByteCount? = nil
  ) {
    self.name = name
    self.elapsed = elapsed
    self.used = used
    self.budget = budget
    self.rate = rate
    self.forecast = forecast
    self.cpuTime = cpuTime
    self.cpusBusy = cpusBusy
    self.memory = memory
  }
}
