package import ResourceModel

/// What can be done to a ledger. Each is one transaction.
package enum LedgerOperation: Sendable, Hashable {
  /// Opens an account below its parent.
  case open(AccountPath, AccountAttributes)
  /// Changes what is set about an account, but for its limit, its allocation, its guarantee and its period.
  case change(AccountPath, AccountAttributes)
  /// Gives an account more, from its parent or from outside.
  case grant(AccountPath, Credits)
  /// Moves what one account has available to another one.
  case transfer(Credits, from: AccountPath, to: AccountPath)
  /// Sets an account's limit.
  case setLimit(AccountPath, Limit<Credits>)
  /// Closes an account.
  case close(AccountPath)
  /// Corrects an account's use by hand.
  case adjust(AccountPath, Credits, note: String)
  /// Sets aside what a job starts with. The rate sizes a first lease, in credits a second.
  case reserve(JobIntent, rate: Credits)
  /// Sets aside more for a job.
  case extendLease(job: String, by: Credits)
  /// Raises a running job's budget.
  case raiseBudget(job: String, by: Credits)
  /// Books what jobs have used so far.
  case charge([JobUse])
  /// Books a job's last use, and releases what it holds.
  case settle(JobUse, Settlement)
  /// Gives back use that a job was charged.
  case refund(job: String, Credits)

  /// Why credits move.
  var kind: MovementKind {
    switch self {
    case .open, .grant, .setLimit, .change: .grant
    case .transfer: .transfer
    case .close, .settle: .release
    case .adjust: .adjust
    case .reserve, .extendLease, .raiseBudget: .reserve
    case .charge: .charge
    case .refund: .refund
    }
  }

  /// Whether it has to outlive a loss of power once it is done. Running use may be lost with the machine: the final counters,
  /// or the next reading, book it again.
  var isDurable: Bool {
    switch self {
    case .charge: false
    default: true
    }
  }
}

/// What distinguishes one asking from another.
package struct Stamp: Sendable, Hashable {
  /// Asked again with the same key, an operation is not done again. Nil: what is asked can't happen twice by its nature (a job's
  /// cumulative use, its one reservation, its one settlement).
  package var key: String?
  /// When it was asked.
  package var time: WallTime

  package init(key: String?, time: WallTime) {
    self.key = key
    self.time = time
  }
}

/// What a job has used since its launch.
package struct JobUse: Sendable, Hashable {
  /// The job.
  package var job: String
  /// Credits since its launch: cumulative, so that no reading can be charged twice.
  package var used: Credits
  /// How it was rated (`Rater.text`), so that whoever books the job's end after a crash goes on from here. Nil leaves what is known.
  package var rating: String?
  /// What the meters said, for the job's history of use. Nil adds nothing to it.
  package var reading: UsageReading?

  package init(job: String, used: Credits, rating: String? = nil, reading: UsageReading? = nil) {
    self.job = job
    self.used = used
    self.rating = rating
    self.reading = reading
  }
}

/// A job that is about to be launched, as it stands in the ledger before anything is made for it.
package struct JobIntent: Sendable, Hashable {
  /// Its identifier, which is unique.
  package var id: String
  /// The account that pays.
  package var account: AccountPath
  /// The most that it may use.
  package var budget: Credits
  /// What it is called.
  package var name: String
  /// The boot that it lives in, by the kernel's `boot_id`: it can't outlive it.
  package var boot: String
  /// How it is rated from its first instruction on (`Rater.text`).
  package var rating: String?
  /// Where its prices, and so its budget, come from. Not on record: it is looked at once, when the job is reserved for.
  package var prices = PriceOrigin.named

  package init(
    id: String, account: AccountPath, budget: Credits, name: String, boot: String, rating: String? = nil
  ) {
    self.id = id
    self.account = account
    self.budget = budget
    self.name = name
    self.boot = boot
    self.rating = rating
  }
}

/// Where a job's last figure comes from.
package enum Settlement: String, Sendable, Hashable {
  /// Its final counters, read after its last process had ended.
  case final
  /// Its final counters, but for its traffic, which the kernel did not tell (CAP_SYS_ADMIN): that is of the last reading.
  case finalButTraffic = "final-but-traffic"
  /// The last reading before a crash that left no counters to read.
  case lastReading = "last-reading"
  /// It was never launched.
  case notLaunched = "not-launched"
}
