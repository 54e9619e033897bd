/// What somebody wants to have run, and under which limits.
public struct JobSpec: Sendable {
  /// The command and its arguments; never empty when a job is planned.
  public var command: [String]
  /// The job's name in reports; the command's last path component where nil.
  public var name: String?
  /// Free key–value pairs that reports carry.
  public var labels: [Label] = []
  /// The name of the profile that `limits` came from, for the report.
  public var profileName = "default"
  /// The limits, profile and options together.
  public var limits: JobLimits
  /// The rules that `limits.confinement.level` names, where that is a file.
  public var callPolicy: CallPolicy?
  /// The account that pays; nil: nobody's books are kept.
  public var account: AccountPath?
  /// The rates.
  public var prices: PriceBook = .standard
  /// Where `prices` come from: a job is refused whose account has others than it was taken to have.
  public var priceOrigin: PriceOrigin = .named
  /// The working directory; nil: the caller's.
  public var workingDirectory: String?
  /// Where the command's streams go; nil: the caller's own.
  public var streams = Streams()
  /// Environment as `NAME=VALUE`; nil: the caller's. `RMRUN_JOB` is added.
  public var environment: [String]?
  /// The group below which the job's is made; nil: the caller's own.
  public var cgroupParent: String?
  /// Limits and meters that have to be held by the kernel, else the job is refused.
  public var required: Requirement = .nothing
  /// Whether a request that this host cannot hold is lowered to what it can.
  public var bestEffort = false

  /// Files in the place of the command's standard streams.
  public struct Streams: Sendable, Hashable {
    /// Read as standard input.
    public var input: String?
    /// Created or emptied, then written as standard output.
    public var output: String?
    /// Created or emptied, then written as standard error.
    public var error: String?

    /// The caller's own streams.
    public init() {}
  }

  /// Whether its network traffic has to be counted: it costs a launch something, and is not done for nothing.
  public var measuresNetwork: Bool {
    asks(for: .network) || limits.holdsNetwork || pricesNetwork
  }

  /// Whether its connections have to be timed, which costs each of them something.
  public var measuresLatency: Bool { asks(for: .networkLatency) }

  private func asks(for meter: Feature) -> Bool {
    if limits.measured.contains(meter) { return true }
    if case .features(let features) = required { return features.contains(meter) }
    return false
  }

  /// Whether the kernel has to refuse packets that the job may not afford, or may not move.
  public var holdsNetwork: Bool {
    limits.holdsNetwork
      || measuresNetwork && Meter.ofNetwork.contains(where: isCharged)
        && (limits.budget != .unlimited || account != nil)
  }

  private var pricesNetwork: Bool {
    Meter.ofNetwork.contains { isCharged($0) && !prices.chargedWhereMeasured.contains($0) }
  }

  private func isCharged(_ meter: Meter) -> Bool { (prices.rates[meter]?.listUnitPrice ?? .zero) > .zero }

  /// A key and a value that reports carry.
  public struct Label: Sendable, Hashable {
    /// The key.
    public var key: String
    /// The value.
    public var value: String

    /// Makes a label.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }

    /// Reads `key=value`. Throws `ValueError` without a key or an equals sign.
    public init(parsing text: String) throws(ValueError) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValueError(text, expected: "a label KEY=VALUE, such as team=research")
      }
      self.init(key: parts[0], value: parts[1])
    }
  }

  /// Wants `command` run under `limits`; by default those of the built-in `default` profile.
  public init(command: [String], limits: JobLimits = .standard) {
    self.command = command
    self.limits = limits
  }
}

extension JobLimits {
  /// Whether packets have to be refused for one of them.
  fileprivate var holdsNetwork: Bool { networkBytes != .unlimited || networkRate != .unlimited }

  /// The limits of the built-in `default` profile.
  public static let standard: JobLimits = {
    var limits = JobLimits()
    try? Profile.builtIn(named: "default")?.apply(to: &limits)
    return limits
  }()
}
