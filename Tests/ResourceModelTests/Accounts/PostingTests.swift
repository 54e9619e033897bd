import ResourceModel
import Testing

/// A tree of accounts in memory, and movements on it.
private struct Tree {
  var posting = Posting([Account]())
  private var last: Int64 = 0

  mutating func open(
    _ path: String, limit: Int64?, _ allocation: AllocationPolicy = .strict,
    _ change: (inout AccountAttributes) -> Void = { _ in }
  ) throws -> AccountID {
    last += 1
    let place = try AccountPath(parsing: path)
    var attributes = AccountAttributes()
    attributes.limit = limit.map { .atMost(.whole($0)) } ?? .unlimited
    attributes.allocation = allocation
    change(&attributes)
    let parent = place.parent.flatMap { above in posting.accounts.values.first { $0.path == above }?.id }
    let id = AccountID(rawValue: last)
    var trial = posting
    trial.add(Account(id: id, path: place, parent: parent, attributes: attributes))
    try trial.open(id, at: .sample)
    posting = trial
    return id
  }

  mutating func start(_ budget: Int64, in account: AccountID) throws -> JobHolding {
    last += 1
    var job = JobHolding(number: JobNumber(rawValue: last), account: account, budget: .whole(budget))
    var trial = posting
    try trial.admit(&job, rate: .zero)
    posting = trial
    return job
  }

  mutating func use(_ amount: Int64, _ job: inout JobHolding) throws {
    for charged in try posting.charge([(job, .whole(amount))]) { job = charged }
  }

  /// Whole credits: available, reserved, used.
  func books(_ id: AccountID) -> [Int64] {
    let balance = posting[id].balance
    return [balance.available, balance.reserved, balance.used].map { $0.microcredits / 1_000_000 }
  }
}

extension WallTime {
  /// Wednesday, 2026-11-25, 10:00 UTC.
  fileprivate static let sample = WallTime(seconds: 1_795_600_800)
}

@Suite("Movements between accounts")
struct PostingTests {
  @Test func aChildsLimitIsSetAsideAtOnceUnderStrictAllocation() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 1000)
    let team = try tree.open("acme/team", limit: 400)
    #expect(tree.books(acme) == [600, 400, 0])
    #expect(tree.books(team) == [400, 0, 0])
    #expect(throws: BookingError.self) { try tree.open("acme/other", limit: 601) }
    #expect(throws: BookingError.self) { try tree.open("acme/other", limit: nil) }
    #expect(tree.books(acme) == [600, 400, 0])
  }

  @Test func useGoesUpToEveryAncestorAndIsHeldByNoneOfThemAnyMore() throws {
    // Error 5 of the first system: the parent was charged and still held its full reservation.
    var tree = Tree()
    let acme = try tree.open("acme", limit: 1000)
    let team = try tree.open("acme/team", limit: 400)
    var job = try tree.start(200, in: team)
    try tree.use(150, &job)
    #expect(tree.books(team) == [200, 50, 150])
    #expect(tree.books(acme) == [600, 250, 150])
  }

  @Test func whatIsReleasedIsWhatWasNotUsedAndOnce() throws {
    // Errors 2 and 3: the whole reservation came back; 200 of 1000 reserved and 150 used left 1650.
    var tree = Tree()
    let acme = try tree.open("acme", limit: 1000)
    var job = try tree.start(200, in: acme)
    try tree.use(150, &job)
    try tree.posting.settle(&job)
    #expect(tree.books(acme) == [850, 0, 150])
    try tree.posting.settle(&job)
    #expect(tree.books(acme) == [850, 0, 150])
    #expect(tree.posting[acme].liveJobs == 0)
  }

  @Test func useBeyondTheReservationIsAVisibleOverdraft() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100)
    let team = try tree.open("acme/team", limit: 60)
    var job = try tree.start(60, in: team)
    try tree.use(75, &job)
    #expect(job.overdraft == .whole(15))
    #expect(tree.books(team) == [-15, 0, 75])
    #expect(tree.books(acme) == [25, 0, 75])
    #expect(tree.posting[team].standing == .hard)
    #expect(tree.posting[acme].standing == nil)
  }

  @Test func anOverdraftThatIsAllowedIsPartOfWhatMayBeUsed() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 60)
    tree.posting[acme].attributes.overdraft = .whole(40)
    var job = try tree.start(100, in: acme)
    try tree.use(79, &job)
    #expect(tree.posting[acme].standing == nil)
    #expect(tree.posting[acme].distance == .whole(1))
    try tree.use(21, &job)
    #expect(tree.posting[acme].standing == .hard)
    #expect(tree.posting[acme].distance == nil)
  }

  @Test func jobsShareWhatIsLeftBeforeTheNearestThreshold() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 1000)
    let team = try tree.open("acme/team", limit: 100)
    var job = try tree.start(40, in: team)
    _ = try tree.start(40, in: team)
    _ = try tree.start(40, in: acme)
    func share(_ ids: AccountID...) -> Credits? { BookingShare.of(ids.map { tree.posting[$0] }) }
    // 80 of 100 for two jobs, 800 of 1000 for three.
    #expect(share(team, acme) == .whole(40))
    #expect(share(acme) == Credits(microcredits: 266_666_666))
    try tree.use(30, &job)
    #expect(share(team, acme) == .whole(25))
    tree.posting[team].attributes.limit = .unlimited
    tree.posting[acme].attributes.limit = .unlimited
    #expect(share(team, acme) == nil)
  }

  @Test func whoIsShortIsNamedWithWhatWouldDo() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100, .elastic)
    let team = try tree.open("acme/team", limit: 500)
    #expect(tree.books(team) == [0, 0, 0])
    let error = #expect(throws: BookingError.self) { try tree.start(130, in: team) }
    guard case .short(let shortage) = error else { throw error ?? BookingError.notPositive(.zero) }
    #expect(shortage.account.description == "acme")
    #expect(shortage.missing == .whole(30))
    #expect(error?.description.contains("rmrun account grant acme 30") == true)
    #expect(tree.books(acme) == [100, 0, 0])
  }

  @Test func anElasticAccountGivesLeasesOfWhatThereIsAndTakesBackWhatIsLeft() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 10, .bestEffort)
    var first = try tree.start(500, in: acme)
    #expect(first.held == .whole(1))
    #expect(try tree.posting.extendLease(of: &first, by: .whole(6)) == .whole(6))
    var second = try tree.start(500, in: acme)
    #expect(try tree.posting.extendLease(of: &second, by: .whole(6)) == .whole(2))
    #expect(try tree.posting.extendLease(of: &second, by: .whole(6)) == .zero)
    // Together they hold what there was, and no more.
    #expect(first.held + second.held == .whole(10))
    #expect(throws: BookingError.self) { try tree.start(500, in: acme) }
    try tree.use(3, &first)
    try tree.posting.settle(&first)
    #expect(tree.books(acme) == [4, 3, 3])
  }

  @Test func aGuaranteeIsThereWhateverSiblingsTake() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100, .elastic)
    let sure = try tree.open("acme/sure", limit: 80) { $0.guarantee = .whole(30) }
    let greedy = try tree.open("acme/greedy", limit: nil)
    _ = try tree.start(70, in: greedy)
    #expect(throws: BookingError.self) { try tree.start(1, in: greedy) }
    _ = try tree.start(30, in: sure)
    #expect(tree.books(acme) == [0, 100, 0])
    #expect(throws: BookingError.self) { try tree.start(1, in: sure) }
  }

  @Test func aTransferPassesThroughTheAccountsBetween() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 1000)
    let a = try tree.open("acme/a", limit: 300)
    let deep = try tree.open("acme/a/deep", limit: 200)
    let b = try tree.open("acme/b", limit: 100)
    try tree.posting.transfer(.whole(50), from: deep, to: b)
    #expect(tree.books(deep) == [150, 0, 0])
    #expect(tree.books(a) == [100, 150, 0])
    #expect(tree.books(b) == [150, 0, 0])
    #expect(tree.books(acme) == [600, 400, 0])
    #expect(tree.posting[a].attributes.limit == .atMost(.whole(250)))
    #expect(throws: BookingError.self) {
      var trial = tree.posting
      try trial.transfer(.whole(151), from: deep, to: b)
    }
  }

  @Test(arguments: [-5, 0]) func anAmountThatIsNotPositiveIsRefused(amount: Int64) throws {
    // Error 6: negative requests passed.
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100)
    let other = try tree.open("acme/other", limit: 10)
    #expect(throws: BookingError.self) { try tree.start(amount, in: acme) }
    for refused: (inout Posting) throws -> Void in [
      { try $0.grant(.whole(amount), to: acme) },
      { try $0.transfer(.whole(amount), from: acme, to: other) },
    ] {
      var trial = tree.posting
      #expect(throws: BookingError.self) { try refused(&trial) }
    }
  }

  @Test func anAmountThatDoesNotFitIsRefusedInsteadOfRounded() throws {
    // Error 6: large numbers lost precision.
    var tree = Tree()
    let acme = try tree.open("acme", limit: nil)
    var trial = tree.posting
    try trial.grant(Credits(microcredits: .max - 1), to: acme)
    #expect(trial[acme].balance.available == Credits(microcredits: .max - 1))
    #expect(throws: BookingError.self) { try trial.grant(.whole(1), to: acme) }
  }

  @Test func jobsAndLevelsAreCounted() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100) {
      $0.maximalJobs = .atMost(1)
      $0.maximalDepth = .atMost(1)
    }
    let team = try tree.open("acme/team", limit: 50)
    #expect(throws: BookingError.self) { try tree.open("acme/team/deeper", limit: 1) }
    var job = try tree.start(1, in: team)
    #expect(throws: BookingError.self) { try tree.start(1, in: acme) }
    try tree.posting.settle(&job)
    _ = try tree.start(1, in: acme)
  }

  @Test func aLimitCannotFallBelowWhatIsUsedAndPromised() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100)
    let team = try tree.open("acme/team", limit: 60)
    var job = try tree.start(20, in: team)
    try tree.use(5, &job)
    let error = #expect(throws: BookingError.self) {
      var trial = tree.posting
      try trial.setLimit(.atMost(.whole(19)), of: team)
    }
    #expect(error == .limitInUse(tree.posting[team].path, least: .whole(20)))
    try tree.posting.setLimit(.atMost(.whole(20)), of: team)
    #expect(tree.books(team) == [0, 15, 5])
    #expect(tree.books(acme) == [80, 15, 5])
  }

  @Test func whatIsLeftOfAClosedAccountGoesBack() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100)
    let team = try tree.open("acme/team", limit: 60)
    var job = try tree.start(20, in: team)
    #expect(throws: BookingError.self) {
      var trial = tree.posting
      try trial.close(team, hasOpenChildren: false)
    }
    try tree.use(7, &job)
    try tree.posting.settle(&job)
    try tree.posting.close(team, hasOpenChildren: false)
    #expect(tree.books(acme) == [93, 0, 7])
    #expect(throws: BookingError.self) { try tree.start(1, in: team) }
  }

  @Test func everyMovementAddsUpToZero() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100)
    let team = try tree.open("acme/team", limit: 60)
    tree.posting.beginMovement()
    var job = try tree.start(20, in: team)
    try tree.use(7, &job)
    let entries = tree.posting.entries
    for id in [acme, team] {
      #expect(entries.filter { $0.account == id }.reduce(0) { $0 + $1.amount.microcredits } == 0)
    }
    #expect(entries.contains { $0.account == acme && $0.book == .used && $0.amount == .whole(7) })
  }
}

@Suite("Periods of accounts")
struct AccountPeriodTests {
  @Test(
    arguments: [
      (BudgetPeriod.daily, 1_795_651_200), (.weekly, 1_795_996_800), (.monthly, 1_796_083_200),
    ] as [(BudgetPeriod, Int64)])
  func end(period: BudgetPeriod, seconds: Int64) {
    // Thursday the 26th; Monday the 30th; the 1st of December.
    #expect(period.end(of: .sample) == WallTime(seconds: seconds))
    #expect(period.end(of: WallTime(seconds: seconds)).seconds > seconds)
  }

  @Test func whatRemainsLapsesAndTheLimitBeginsAnew() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100) { $0.period = .daily }
    var job = try tree.start(40, in: acme)
    try tree.use(30, &job)
    let tomorrow = BudgetPeriod.daily.end(of: .sample)
    #expect(!tree.posting.isDue(acme, at: .sample))
    #expect(tree.posting.isDue(acme, at: tomorrow))
    try tree.posting.lapse(acme, at: tomorrow)
    #expect(tree.books(acme) == [0, 10, 30])
    try tree.posting.renew(acme)
    // What the job still holds counts against the new day.
    #expect(tree.books(acme) == [90, 10, 30])
    #expect(tree.posting[acme].used == .zero)
    #expect(!tree.posting.isDue(acme, at: tomorrow))
  }

  @Test func whatRemainsRollsOver() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100) {
      $0.period = .monthly
      $0.rollsOver = true
    }
    let end = BudgetPeriod.monthly.end(of: .sample)
    try tree.posting.lapse(acme, at: end)
    try tree.posting.renew(acme)
    #expect(tree.books(acme) == [200, 0, 0])
  }

  @Test func anOverdraftCountsAsUsedInTheNewPeriod() throws {
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100) { $0.period = .daily }
    var job = try tree.start(100, in: acme)
    try tree.use(130, &job)
    try tree.posting.settle(&job)
    try tree.posting.lapse(acme, at: BudgetPeriod.daily.end(of: .sample))
    try tree.posting.renew(acme)
    #expect(tree.books(acme) == [70, 0, 130])
    #expect(tree.posting[acme].used == .whole(30))
  }

  @Test func nothingLapsesForWantOfUse() throws {
    // Error 7: accounts expired after 30 s idle.
    var tree = Tree()
    let acme = try tree.open("acme", limit: 100)
    #expect(!tree.posting.isDue(acme, at: WallTime(seconds: 4_000_000_000)))
  }
}

@Suite("The path of an account")
struct AccountPathTests {
  @Test(arguments: ["acme", "acme/research/swarm-7", "A.b_c-9"]) func readsWhatItWrites(text: String) throws {
    #expect(try AccountPath(parsing: text).description == text)
  }

  @Test(arguments: [
    "", "/", "/acme", "acme/", "a//b", ".", "..", "a/../b", "-x", "a b", "a\nb", "ä", "a\u{202e}b",
    String(repeating: "x", count: 65), Array(repeating: "a", count: 17).joined(separator: "/"),
  ])
  func refusesAnythingElse(text: String) {
    #expect(throws: ValueError.self) { try AccountPath(parsing: text) }
  }

  @Test func chainAndOrder() throws {
    let path = try AccountPath(parsing: "a/b/c")
    #expect(path.chain.map(\.description) == ["a/b/c", "a/b", "a"])
    #expect(try AccountPath(parsing: "a").contains(path))
    #expect(try !AccountPath(parsing: "a/bc").contains(path))
  }
}
