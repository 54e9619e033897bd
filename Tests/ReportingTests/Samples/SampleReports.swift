import ResourceModel

/// Reports that the tests render, each of another end.
enum SampleReports {
  /// Every report by a name that is fit for a file.
  static let all: [(name: String, report: JobReport)] = [
    ("stopped", stopped), ("finished", finished), ("not-started", notStarted), ("unmeasured", unmeasured),
    ("running", running), ("largest", largest), ("held", held),
  ]

  /// A job without use, without a budget and without limits.
  static func plain(name: String = "make", command: [String] = ["/usr/bin/make", "test"]) -> JobReport {
    JobReport(
      job: "make-3f2a", name: name, command: command, profile: "default", prices: "sample",
      startedAt: WallTime(seconds: 1_795_464_493, nanoseconds: 42_000_000), wallTime: .zero, exitStatus: 0,
      usage: Usage(), metering: [:], enforcement: [:],
      bill: JobReport.Bill(
        budget: .unlimited, used: .zero, overshootBound: .zero, byMeter: [], billedCost: nil,
        billingCurrency: nil))
  }

  /// Stopped at its budget: asked, then killed.
  static var stopped: JobReport {
    var report = plain()
    report.profile = "ci"
    report.labels = [JobSpec.Label(key: "team", value: "research")]
    report.wallTime = .milliseconds(492_345)
    report.endedAt = WallTime(seconds: 1_795_464_985, nanoseconds: 387_000_000)
    report.outcome = .signaled(.kill)
    report.exitStatus = 120
    report.terminationReason = .budget
    report.usage = usage
    report.metering = [.cpu: .kernel, .memory: .polled, .storage: .kernel, .processes: .kernel]
    report.enforcement = [.cpuMax: .kernel, .memoryMax: .polled, .pidsMax: .kernel, .ioMax: .unavailable]
    report.confinement.level = "default"
    report.confinement.refusals = [.init(call: "mount", count: 2), .init(call: "bpf", count: 1)]
    report.bill = bill
    report.thresholds = [
      .warning: .seconds(400), .emergency: .milliseconds(470_250), .hard: .milliseconds(492_300),
    ]
    report.stopping.asked = .milliseconds(470_250)
    report.stopping.killed = .milliseconds(492_300)
    report.readings = 9
    report.timing.setup = .microseconds(1250)
    report.timing.run = report.wallTime
    report.timing.settle = .microseconds(830)
    report.timing.networkLatency = latency
    report.warnings = ["memory.max is held by readings: this host has no memory controller"]
    return report
  }

  private static var latency: NetworkLatency {
    let times = NetworkLatency.Times(
      least: .microseconds(1200), mean: .microseconds(3450), most: .milliseconds(12))
    return NetworkLatency(
      [
        .init(
          address: IPAddress(bits: 0xfd77 << 112 | 2), port: 443, connections: 12, connectTime: times,
          roundTripTime: times),
        .init(
          address: IPAddress(ipv4: 0x0a4d_0002), port: 8000, connections: 1, connectTime: nil,
          roundTripTime: nil),
      ], otherConnections: 3)
  }

  private static var usage: Usage {
    var usage = Usage()
    usage.cpuTime = 496_212_345
    usage.cpuUserTime = 480_000_000
    usage.cpuSystemTime = 16_212_345
    usage.memoryPeak = 1_610_612_736
    usage.memoryAnonPeak = 1_073_741_824
    usage.memoryTime = 30_343_743_938_560_000
    usage.memoryTimeError = 12_345_678_900
    usage.storageRead = 12_582_912
    usage.storageReadOperations = 345
    usage.storageWritten = 0
    usage.storageWriteOperations = 0
    usage.processesPeak = 12
    usage.pressure.cpu = 3_000_000
    usage.pressure.io = 12_500
    return usage
  }

  private static var bill: JobReport.Bill {
    typealias Charge = JobReport.Bill.Charge
    let rates = SamplePrices.book.rates
    return JobReport.Bill(
      budget: .atMost(Credits(microcredits: 500_000_000)), used: Credits(microcredits: 500_000_123),
      overshootBound: Credits(microcredits: 12_000),
      byMeter: [
        Charge(
          meter: .cpu, charge: Credits(microcredits: 496_212_345), consumedQuantity: 496_212_345,
          rate: rates[.cpu]),
        Charge(
          meter: .memory, charge: Credits(microcredits: 3_787_778), consumedQuantity: 30_343_743_938_560_000,
          rate: rates[.memory]),
      ],
      billedCost: SamplePrices.book.money(for: Credits(microcredits: 500_000_123)), billingCurrency: "USD",
      creditPrice: SamplePrices.book.creditPrice)
  }

  /// Ended by itself within its budget, at one and a half times the list price.
  static var finished: JobReport {
    var report = stopped
    report.name = "ci-step"
    report.outcome = .exited(3)
    report.exitStatus = 3
    report.terminationReason = nil
    report.stopping = JobReport.Stopping()
    report.thresholds = [:]
    report.warnings = []
    report.bill.used = Credits(microcredits: 123_456_789)
    report.bill.overdraft = .zero
    report.bill.byMeter = [
      JobReport.Bill.Charge(
        meter: .cpu, charge: Credits(microcredits: 123_456_789), consumedQuantity: 82_304_526,
        rate: SamplePrices.book.rates[.cpu])
    ]
    report.bill.billedCost = SamplePrices.book.money(for: report.bill.used)
    return report
  }

  /// The command was not found.
  static var notStarted: JobReport {
    var report = plain(name: "nosuch", command: ["nosuch", "--all"])
    report.exitStatus = 127
    report.endedAt = report.startedAt
    report.launchFailure = "nosuch: not found in PATH"
    return report
  }

  /// A priced meter could not be read.
  static var unmeasured: JobReport {
    var report = finished
    report.outcome = .exited(0)
    report.exitStatus = 0
    report.usage = Usage()
    report.timing.networkLatency = nil
    report.metering = [.cpu: .kernel, .memory: .unavailable]
    report.usage.cpuTime = 5400
    report.wallTime = .microseconds(6100)
    report.bill = JobReport.Bill(
      budget: .unlimited, used: Credits(microcredits: 5400), overshootBound: .zero,
      byMeter: [
        JobReport.Bill.Charge(
          meter: .cpu, charge: Credits(microcredits: 5400), consumedQuantity: 5400,
          rate: SamplePrices.book.rates[.cpu]),
        JobReport.Bill.Charge(
          meter: .memory, charge: nil, consumedQuantity: nil, rate: SamplePrices.book.rates[.memory]),
      ], billedCost: nil, billingCurrency: nil)
    return report
  }

  /// What it wanted to reach, and might not.
  static var held: JobReport {
    var report = plain()
    report.network = NetworkRefusals(
      destinations: [
        .init(address: IPAddress(bits: 0x2001_0db8 << 96 | 7), port: nil, protocolNumber: 43, count: 1),
        .init(address: IPAddress(bits: 0x2001_0db8 << 96 | 8), port: 53, protocolNumber: 17, count: 1),
        .init(address: IPAddress(ipv4: 0xc000_0207), port: 22, protocolNumber: 6, count: 2),
      ],
      otherDestinations: 4, names: [.init(name: "api.example.org", count: 3)], sockets: 1)
    return report
  }

  /// Not ended yet, with a forecast.
  static var running: JobReport {
    var report = finished
    report.outcome = nil
    report.endedAt = nil
    report.exitStatus = 0
    report.forecasts = [
      .warning: ExhaustionForecast(earliest: .seconds(90), expected: .seconds(100), latest: nil),
      .hard: ExhaustionForecast(earliest: .seconds(170), expected: .seconds(200), latest: .seconds(240)),
    ]
    return report
  }

  /// Every counter at the end of its range.
  static var largest: JobReport {
    var report = stopped
    report.usage.cpuTime = .max
    report.usage.memoryPeak = .max
    report.usage.memoryTime = .max
    report.usage.storageRead = .max
    report.usage.networkReceived = .max
    report.usage.networkSent = 0
    report.wallTime = .nanoseconds(Int64.max)
    report.bill.used = .max
    report.bill.overdraft = .max
    report.bill.byMeter[1].charge = .max
    report.bill.byMeter[1].consumedQuantity = .max
    return report
  }
}

extension SampleReports {
  /// A report with `text` wherever a job or its caller has the word.
  static func tricky(_ text: String) -> JobReport {
    var report = stopped
    report.job = text
    report.name = text
    report.command = [text, text]
    report.labels = [JobSpec.Label(key: text, value: text)]
    report.profile = text
    report.prices = text
    report.network = NetworkRefusals(names: [.init(name: text, count: 1)])
    report.warnings = [text]
    return report
  }
}
