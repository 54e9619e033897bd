/// All that is known of a job at its end, or so far: what every form of report is made from.
public struct JobReport: Sendable {
  /// The job's identifier, unique on this host.
  public var job: String
  /// The job's name.
  public var name: String
  /// The account that pays; nil: nobody's books are kept.
  public var account: AccountPath?
  /// What the user attached to it.
  public var labels: [JobSpec.Label] = []
  /// The command and its arguments.
  public var command: [String]
  /// The name of the profile.
  public var profile: String
  /// The price book's name.
  public var prices: String
  /// When the job was launched.
  public var startedAt: WallTime
  /// When its last process was gone; nil while it runs.
  public var endedAt: WallTime?
  /// From launch to the end of the last process.
  public var wallTime: Duration
  /// How the command's own process ended; nil while it runs, and where it could not be started.
  public var outcome: ExitOutcome?
  /// rmrun's own exit status for this job.
  public var exitStatus: Int32
  /// Why the job ended other than by itself.
  public var terminationReason: TerminationReason?
  /// Why the command could not be started; nil if it was.
  public var launchFailure: String?
  /// What was used.
  public var usage: Usage
  /// Who measured each meter.
  public var metering: [Feature: Mechanism]
  /// Who held each limit that was set.
  public var enforcement: [Feature: Mechanism]
  /// What it was confined by.
  public var confinement = Confinement()
  /// What it was refused in the network; nil where it was not held to a list of destinations.
  public var network: NetworkRefusals?
  /// What it cost.
  public var bill: Bill
  /// When each threshold was crossed, after launch.
  public var thresholds: [Threshold: Duration] = [:]
  /// Where the thresholds lay.
  public var thresholdShares = Thresholds()
  /// What rmrun did to end the job, and when.
  public var stopping = Stopping()
  /// When each threshold will be crossed at the recent rate; empty at the end.
  public var forecasts: [Threshold: ExhaustionForecast] = [:]
  /// How many readings were taken.
  public var readings: Int = 0
  /// Where the time went.
  public var timing = Timing()
  /// What the user should know: degraded limits, clocks that jumped, what was left running.
  public var warnings: [String] = []

  /// What a job was confined by.
  public struct Confinement: Sendable, Hashable {
    /// The level: `none`, `default`, `strict`, or the path of a file of rules.
    public var level = "none"
    /// The system calls that the filter refused, the most frequent first; nil where nobody was told of them.
    public var refusals: [Refusal]?
    /// Whether there were more than were counted.
    public var hasMoreRefusals = false
    /// The system call that a rule with `kill` ended the command for; nil where none did, or where nobody is told which.
    public var killingCall: String?
    /// Whether the filter has a rule with `kill`. Nobody is told of the job's other processes that it ended.
    public var hasKillingRules = false

    /// A system call that was refused.
    public struct Refusal: Sendable, Hashable {
      /// Its name.
      public var call: String
      /// How often.
      public var count: UInt64

      /// Makes it.
      public init(call: String, count: UInt64) {
        self.call = call
        self.count = count
      }
    }

    /// Not confined.
    public init() {}
  }

  /// What a job cost.
  public struct Bill: Sendable, Hashable {
    /// The budget; unlimited if metered only.
    public var budget: Limit<Credits>
    /// The sum of the charges (FOCUS: *billed cost*).
    public var used: Credits
    /// What was used beyond the budget.
    public var overdraft: Credits
    /// How far beyond the budget the job could get.
    public var overshootBound: Credits
    /// The charges by meter, in the order of a bill; a priced meter that could not be measured has none.
    public var byMeter: [Charge]
    /// What the sum is worth; nil where a credit has no worth in money.
    public var billedCost: Money?
    /// The currency of `billedCost`.
    public var billingCurrency: String?
    /// What one credit is worth; nil where it has no worth in money.
    public var creditPrice: Money?

    /// One line of a bill.
    public struct Charge: Sendable, Hashable {
      /// The meter.
      public var meter: Meter
      /// What was charged; nil if the meter could not be read.
      public var charge: Credits?
      /// What was consumed, in the meter's base unit (FOCUS: *consumed quantity*).
      public var consumedQuantity: UInt128?
      /// The list price; the charge differs from it by the factors that were in force.
      public var rate: Rate?

      /// Makes a line.
      public init(meter: Meter, charge: Credits?, consumedQuantity: UInt128?, rate: Rate? = nil) {
        self.meter = meter
        self.charge = charge
        self.consumedQuantity = consumedQuantity
        self.rate = rate
      }
    }

    /// Makes a bill.
    public init(
      budget: Limit<Credits>, used: Credits, overshootBound: Credits, byMeter: [Charge], billedCost: Money?,
      billingCurrency: String?, creditPrice: Money? = nil
    ) {
      self.budget = budget
      self.used = used
      self.overdraft = budget.bound.map { max(.zero, used - $0) } ?? .zero
      self.overshootBound = overshootBound
      self.byMeter = byMeter
      self.billedCost = billedCost
      self.billingCurrency = billingCurrency
      self.creditPrice = creditPrice
    }
  }

  /// Where the time went.
  public struct Timing: Sendable, Hashable {
    /// From rmrun's start to the launch.
    public var setup: Duration = .zero
    /// From launch to the end of the last process.
    public var run: Duration = .zero
    /// From there to the finished report.
    public var settle: Duration = .zero
    /// How long its connections took; nil where nobody timed them.
    public var networkLatency: NetworkLatency?

    /// No time spent.
    public init() {}
  }

  /// What rmrun did to end a job, each as the time after launch; nil if it was not done.
  public struct Stopping: Sendable, Hashable {
    /// When the job was asked to stop, by its stop signal.
    public var asked: Duration?
    /// When the job was frozen because its budget reached the emergency threshold.
    public var frozen: Duration?
    /// When SIGKILL was sent.
    public var killed: Duration?
    /// The account by whose threshold that was done; nil where the job's own limits gave rise to it.
    public var account: AccountStanding?

    /// Nothing done.
    public init() {}
  }

  /// Makes a report of a job that was launched, or could not be.
  public init(
    job: String, name: String, command: [String], profile: String, prices: String, startedAt: WallTime,
    wallTime: Duration, exitStatus: Int32, usage: Usage, metering: [Feature: Mechanism],
    enforcement: [Feature: Mechanism], bill: Bill
  ) {
    self.job = job
    self.name = name
    self.command = command
    self.profile = profile
    self.prices = prices
    self.startedAt = startedAt
    self.wallTime = wallTime
    self.exitStatus = exitStatus
    self.usage = usage
    self.metering = metering
    self.enforcement = enforcement
    self.bill = bill
  }
}
