import ResourceModel

/// Plans that the tests render.
enum SamplePlans {
  static let host = HostFacts(
    cpus: 4, memory: ByteCount(bytes: 4 << 30), tick: .milliseconds(4), wakeLatency: .milliseconds(2))

  /// A plan with most of what can be set.
  static func full() throws -> JobPlan {
    var spec = JobSpec(command: ["/usr/bin/make", "-j", "it's all"])
    spec.profileName = "ci"
    spec.labels = [JobSpec.Label(key: "team", value: "research")]
    spec.workingDirectory = "/srv/my work"
    spec.bestEffort = true
    spec.prices = SamplePrices.book
    var limits = JobLimits()
    limits.pidsMax = .atMost(4096)
    limits.budget = .atMost(.credits(Credits(microcredits: 500_000_000)))
    limits.cpuMax = .atMost(CPUCount(thousandths: 8000))
    limits.cpusetCPUs = try CPUSet(parsing: "0-1")
    limits.memoryMax = .atMost(ByteCount(bytes: 1 << 30))
    limits.timeout = .atMost(.seconds(600))
    limits.warnSignal = try Signal(parsing: "USR1")
    limits.ioMax = [try IOLimit(parsing: "/data=10M", quantity: .readBytes)]
    limits.processLimits = [
      try ProcessLimit(parsing: "nofile=1024:4096"), try ProcessLimit(parsing: "core=0"),
    ]
    limits.nice = 5
    spec.limits = limits
    return try JobPlan(spec, on: host)
  }

  /// A plan that bounds next to nothing.
  static func unlimited() throws -> JobPlan {
    var spec = JobSpec(command: ["true"], limits: JobLimits())
    spec.prices = SamplePrices.book
    (spec.prices.name, spec.prices.currency, spec.prices.creditPrice) = ("own", nil, nil)
    spec.prices.rates[.storageRead] = nil
    return try JobPlan(spec, on: host)
  }
}
