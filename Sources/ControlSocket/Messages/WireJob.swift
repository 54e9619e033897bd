import ResourceModel

/// A running job as JSON between an rmrun and another: whole numbers of the smallest units, absent where unknown or without bound.
struct WireJob: Codable {
  /// When a budget will be used up, in nanoseconds from now.
  struct Forecast: Codable {
    var earliest: Int64
    var expected: Int64
    var latest: Int64?
  }

  var id: String
  var name: String
  var account: String?
  var command: [String]
  var pid: Int32
  var supervisor: Int32
  /// Nanoseconds since 1970.
  var startedAt: Int64
  /// Nanoseconds.
  var elapsed: Int64
  var state: String
  /// Microcredits.
  var used: Int64
  /// Microcredits.
  var budget: Int64?
  /// Microcredits a second.
  var rate: Int64?
  var forecast: Forecast?
  /// Nanoseconds.
  var cpuTime: Int64?
  /// Thousandths of a CPU.
  var cpusBusy: Int64?
  /// Bytes.
  var memory: UInt64?
  var group: String?
  var limits: [String: String]

  /// A command line has no bound, a reply has.
  private static let longestCommand = 4096

  init(_ job: RunningJob) {
    let progress = job.progress
    id = job.id
    name = progress.name
    account = job.account?.description
    command = Self.shortened(job.command)
    pid = job.pid
    supervisor = job.supervisor
    startedAt = job.startedAt.seconds &* 1_000_000_000 &+ job.startedAt.nanoseconds
    elapsed = progress.elapsed.nanoseconds
    state = job.state.rawValue
    used = progress.used.microcredits
    budget = progress.budget.bound?.microcredits
    rate = progress.rate?.microcredits
    forecast = progress.forecast.map {
      Forecast(
        earliest: $0.earliest.nanoseconds, expected: $0.expected.nanoseconds, latest: $0.latest?.nanoseconds)
    }
    cpuTime = progress.cpuTime?.nanoseconds
    cpusBusy = progress.cpusBusy?.thousandths
    memory = progress.memory?.bytes
    group = job.group
    limits = job.limits
  }

  /// Nil for one that makes no sense.
  var job: RunningJob? {
    guard let state = RunningJob.State(rawValue: state) else { return nil }
    let path = account.map { try? AccountPath(parsing: $0) }
    if let path, path == nil { return nil }
    let progress = JobProgress(
      name: name, elapsed: .nanoseconds(elapsed), used: Credits(microcredits: used),
      budget: budget.map { .atMost(Credits(microcredits: $0)) } ?? .unlimited,
      rate: rate.map(Credits.init(microcredits:)), forecast: forecast?.forecast,
      cpuTime: cpuTime.map { .nanoseconds($0) }, cpusBusy: cpusBusy.map(CPUCount.init(thousandths:)),
      memory: memory.map(ByteCount.init(bytes:)))
    return RunningJob(
      id: id, progress: progress, account: path ?? nil, command: command, pid: pid, supervisor: supervisor,
      startedAt: WallTime(seconds: startedAt / 1_000_000_000, nanoseconds: startedAt % 1_000_000_000),
      state: state, group: group, limits: limits)
  }

  private static func shortened(_ command: [String]) -> [String] {
    var left = longestCommand
    var words: [String] = []
    for word in command {
      guard word.utf8.count <= left else { return words + [String(word.prefix(left / 4)) + "…"] }
      left -= word.utf8.count
      words.append(word)
    }
    return words
  }
}

extension WireJob.Forecast {
  fileprivate var forecast: ExhaustionForecast {
    ExhaustionForecast(
      earliest: .nanoseconds(earliest), expected: .nanoseconds(expected),
      latest: latest.map { .nanoseconds($0) })
  }
}
