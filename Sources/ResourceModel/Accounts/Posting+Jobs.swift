extension Posting {
  /// Sets aside what a job starts with: its whole budget where the account gives fixed shares, else a first lease.
  /// - Parameters:
  ///   - job: the job, which holds nothing yet.
  ///   - rate: credits a second by which the lease is sized.
  public mutating func admit(_ job: inout JobHolding, rate: Credits) throws(BookingError) {
    guard job.budget > .zero else { throw .notPositive(job.budget) }
    let chain = chain(of: job.account)
    for id in chain {
      guard !self[id].isClosed else { throw .closed(self[id].path) }
      if let limit = self[id].attributes.maximalJobs.bound, self[id].liveJobs >= limit {
        throw .tooManyJobs(self[id].path, limit: limit)
      }
    }
    switch self[job.account].attributes.allocation {
    case .strict: try hold(job.budget, for: &job)
    case .elastic: try hold(Lease.wanted(rate: rate, budgetLeft: .atMost(job.budget)), for: &job)
    case .bestEffort:
      let wanted = Lease.wanted(rate: rate, budgetLeft: .atMost(job.budget))
      let there = obtainable(in: job.account)
      // Asking for all of it names who is short.
      try hold(there > .zero ? min(wanted, there) : wanted, for: &job)
    }
    for id in chain { self[id].liveJobs += 1 }
  }

  /// Admits a job as `admit`, and throws `.short` as well if what there is now does not pay for its whole budget.
  public mutating func admitInFull(_ job: inout JobHolding) throws(BookingError) {
    if self[job.account].attributes.allocation.isDrawnFrom { try secure(job.budget, in: job.account) }
    try admit(&job, rate: .zero)
  }

  /// Sets aside more for a running job: as much of `wanted` as there is and as its budget leaves.
  /// - Returns: how much; zero if there is nothing.
  public mutating func extendLease(of job: inout JobHolding, by wanted: Credits) throws(BookingError)
    -> Credits
  {
    let more = min(wanted, job.budget - job.backed, obtainable(in: job.account))
    guard more > .zero else { return .zero }
    try hold(more, for: &job)
    return more
  }

  /// Raises a running job's budget. Where the account gives fixed shares, all of it is set aside.
  public mutating func raiseBudget(of job: inout JobHolding, by amount: Credits) throws(BookingError) {
    guard amount > .zero else { throw .notPositive(amount) }
    let budget = job.budget + amount
    guard budget != .max else { throw .overflow(self[job.account].path) }
    job.budget = budget
    if !self[job.account].attributes.allocation.isDrawnFrom { try hold(amount, for: &job) }
  }

  /// Books what jobs of these accounts have used beyond what they were charged before. Always done, whatever there is: what
  /// exceeds what a job holds is an overdraft.
  public mutating func charge(_ use: [(job: JobHolding, amount: Credits)]) throws(BookingError)
    -> [JobHolding]
  {
    var charged: [JobHolding] = []
    charged.reserveCapacity(use.count)
    for (job, amount) in use {
      guard amount >= .zero else { throw .notPositive(amount) }
      var job = job
      let covered = min(amount, job.held)
      try move(covered, in: job.account, from: .reserved, to: .used, job: job.number)
      try move(amount - covered, in: job.account, from: .available, to: .used, job: job.number)
      job.held = job.held - covered
      job.charged = job.charged + amount
      job.overdraft = job.overdraft + (amount - covered)
      charged.append(job)
    }
    try carryAllUp()
    return charged
  }

  /// Releases what a job that is over still holds.
  public mutating func settle(_ job: inout JobHolding) throws(BookingError) {
    guard !job.isSettled else { return }
    try move(job.held, in: job.account, from: .reserved, to: .available, job: job.number)
    job.held = .zero
    job.isSettled = true
    for id in chain(of: job.account) { self[id].liveJobs -= 1 }
    try returnSurplus(from: job.account)
  }

  /// Gives back use that a job was charged.
  public mutating func refund(_ amount: Credits, to job: inout JobHolding) throws(BookingError) {
    guard amount > .zero else { throw .notPositive(amount) }
    guard amount <= job.charged else { throw .moreThanCharged(job.charged) }
    try move(amount, in: job.account, from: .used, to: .available, job: job.number)
    job.charged = job.charged - amount
    job.overdraft = max(.zero, job.overdraft - amount)
    try carryToRoot(from: job.account)
    try returnSurplus(from: job.account)
  }

  private mutating func hold(_ amount: Credits, for job: inout JobHolding) throws(BookingError) {
    try secure(amount, in: job.account)
    try move(amount, in: job.account, from: .available, to: .reserved, job: job.number)
    job.held = job.held + amount
  }

  /// Each account is followed once, however many jobs were charged: children before parents.
  private mutating func carryAllUp() throws(BookingError) {
    for id in accounts.values.sorted(by: { $0.path.depth > $1.path.depth }).map(\.id) { try carryUp(id) }
  }
}
