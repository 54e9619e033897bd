import CreditLedger
import LinuxSystem
import ResourceModel

/// What a job has in its account, and when that has to be told to the ledger.
struct JobAccount {
  /// The account that pays.
  let path: AccountPath
  /// The job.
  let job: String
  private let number: UInt64
  /// Whether it holds leases instead of its whole budget.
  private let isLeased: Bool
  /// The most that the job may use.
  private(set) var budget: Credits
  /// What it may use with what it holds.
  private(set) var backed: Credits
  /// Whether there was no more to be had when it was last asked for.
  private(set) var isLastLease = false
  private var awaitsLease = false
  private var leases = 0
  private var askedAt: Instant
  private var bookedAt: Instant
  private var booked = Credits.zero
  /// How much it may use before that has to be booked; nil: no threshold lies ahead.
  private var share: Credits?
  private var readAt: Instant?

  /// How soon it is asked again where there was nothing.
  private static let pause: Duration = .seconds(1)
  /// The longest time between two charges.
  private static let interval: Duration = .seconds(10)

  init(_ path: AccountPath, job: String, number: UInt64, receipt: Receipt, budget: Credits, at now: Instant) {
    self.path = path
    self.job = job
    self.number = number
    self.budget = budget
    isLeased = receipt.accounts.first?.attributes.allocation.isDrawnFrom ?? false
    backed = receipt.job?.backed ?? budget
    share = BookingShare.of(receipt.accounts)
    (bookedAt, askedAt) = (now, now)
  }

  /// The most that the job may use with its lease; nil if its whole budget is set aside.
  var backing: Credits? { isLeased ? min(budget, backed) : nil }

  /// What it may have used when that has to be booked next, and when that is at the earliest; nil: nothing of it depends on that.
  var nextCharge: JobPolicy.Charge? {
    share.map {
      JobPolicy.Charge(at: booked + $0, notBefore: bookedAt.advanced(by: BookingShare.shortestInterval))
    }
  }

  /// The thresholds above it are nearer, or farther away.
  mutating func noteShare(_ share: Credits?) { self.share = share }

  /// What has to be told after a reading.
  /// - Parameters:
  ///   - used: credits so far.
  ///   - rate: credits a second, recently.
  ///   - use: the reading as the ledger is told of it, with what the meters said if that is wanted.
  ///   - isCrossing: whether the reading crossed a threshold.
  mutating func orders(
    after used: Credits, rate: Credits, use: (_ withReading: Bool) -> JobUse, isCrossing: Bool,
    at now: Instant
  ) -> [Bookkeeper.Order] {
    var orders: [Bookkeeper.Order] = []
    let isDue = nextCharge.map { used >= $0.at && now >= $0.notBefore } ?? false
    if used > booked, isCrossing || isDue || now.since(bookedAt) >= Self.interval {
      (booked, bookedAt) = (used, now)
      orders.append(.charge(use(isReadingDue(at: now)), job: number))
    }
    let wanted = Lease.wanted(rate: rate, budgetLeft: .atMost(budget - used))
    let mayAsk =
      isLeased && !awaitsLease && backed < budget && (!isLastLease || now.since(askedAt) >= Self.pause)
    if mayAsk, Lease.isDue(held: backed - used, wanted: wanted) {
      (awaitsLease, askedAt) = (true, now)
      leases += 1
      // The books have to know first what the job has used of its lease.
      if used > booked { orders.append(.charge(use(isReadingDue(at: now)), job: number)) }
      (booked, bookedAt) = (used, now)
      orders.append(
        .apply(
          .extendLease(job: job, by: wanted), Stamp(key: "\(job)/lease/\(leases)", time: Clock.wall()),
          job: number))
    }
    return orders
  }

  private mutating func isReadingDue(at now: Instant) -> Bool {
    if let readAt, now.since(readAt) < UsageHistory.resolution { return false }
    readAt = now
    return true
  }

  /// The ledger has raised the job's budget: what it was refused before may be had now.
  mutating func noteRaise(_ job: JobHolding) {
    budget = job.budget
    backed = job.backed
    isLastLease = false
  }

  /// The ledger has answered a request for a lease. One that can't be asked has nothing to give.
  mutating func noteLease(_ outcome: Result<Receipt, LedgerError>) {
    awaitsLease = false
    isLastLease = true
    guard case .success(let receipt) = outcome, let job = receipt.job else { return }
    backed = job.backed
    isLastLease = receipt.amount == .zero
  }
}
