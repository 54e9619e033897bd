import GRDB
import Glibc
import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@testable import CreditLedger

private let now = WallTime(seconds: 1_795_600_800)
private let acme = path("acme")

extension Stamp {
  fileprivate static func key(_ key: String) -> Stamp { Stamp(key: key, time: now) }
  fileprivate static let once = Stamp(key: nil, time: now)
}

extension JobIntent {
  fileprivate init(_ id: String, _ credits: Int64) {
    self.init(id: id, account: acme, budget: .whole(credits), name: "job", boot: "boot")
  }
}

@Suite("A ledger", .timeLimit(.minutes(15)))
struct LedgerTests {
  private let ledger: SQLiteLedger

  init() throws {
    ledger = try SQLiteLedger.inMemory()
    _ = try ledger.apply(.open(acme, .limited(1000)), .once)
  }

  private func books() throws -> [Int64] {
    let balance = try #require(try ledger.account(acme, at: now)).balance
    return [balance.available, balance.reserved, balance.used].map { $0.microcredits / 1_000_000 }
  }

  @Test func aJobIsNotReservedForAtOtherPricesThanItsAccounts() throws {
    var attributes = AccountAttributes.limited(500)
    attributes.priceBook = "/prices.yaml"
    let team = path("acme/team")
    _ = try ledger.apply(.open(team, attributes), .once)
    var intent = JobIntent(id: "job", account: team, budget: .whole(5), name: "job", boot: "boot")
    for assumed in [nil, "/other.yaml"] {
      intent.prices = .account(book: assumed)
      let error = #expect(throws: LedgerError.self) { try ledger.apply(.reserve(intent, rate: .zero), .once) }
      #expect(error?.code == .otherPrices)
    }
    #expect(try ledger.job("job") == nil)
    intent.prices = .account(book: "/prices.yaml")
    _ = try ledger.apply(.reserve(intent, rate: .zero), .once)
    intent = JobIntent(id: "named", account: team, budget: .whole(5), name: "job", boot: "boot")
    _ = try ledger.apply(.reserve(intent, rate: .zero), .once)
    #expect(try ledger.openJobs().map(\.intent.id).sorted() == ["job", "named"])
  }

  @Test func aJobReservesPaysAndGetsTheRestBack() throws {
    _ = try ledger.apply(.reserve(JobIntent("job", 500), rate: .zero), .once)
    #expect(try books() == [500, 500, 0])
    _ = try ledger.apply(.charge([JobUse(job: "job", used: .whole(70))]), .once)
    #expect(try books() == [500, 430, 70])
    _ = try ledger.apply(.settle(JobUse(job: "job", used: .whole(90)), .final), .once)
    #expect(try books() == [910, 0, 90])
    #expect(try ledger.job("job")?.settlement == .final)
    #expect(try ledger.openJobs() == [])
    #expect(try ledger.verify() == [])
  }

  @Test func nothingIsDoneTwiceForOneKey() throws {
    _ = try ledger.apply(.grant(acme, .whole(50)), .key("a"))
    let again = try ledger.apply(.grant(acme, .whole(50)), .key("a"))
    #expect(again.amount == .whole(50))
    #expect(try books() == [1050, 0, 0])
    let error = #expect(throws: LedgerError.self) { try ledger.apply(.grant(acme, .whole(51)), .key("a")) }
    guard case .keyReused = error?.code else { throw error ?? LedgerError(.failed, "no error") }
  }

  @Test func aKeyBelongsToAllThatWasAskedWithIt() throws {
    var attributes = AccountAttributes.limited(10)
    attributes.labels = ["a": "1", "b": "2", "c": "3"]
    _ = try ledger.apply(.change(acme, attributes), .key("c"))
    _ = try ledger.apply(.change(acme, attributes), .key("c"))
    attributes.labels["c"] = "4"
    let error = #expect(throws: LedgerError.self) { try ledger.apply(.change(acme, attributes), .key("c")) }
    guard case .keyReused = error?.code else { throw error ?? LedgerError(.failed, "no error") }
  }

  @Test func aReadingThatComesTwiceOrLateIsChargedOnce() throws {
    _ = try ledger.apply(.reserve(JobIntent("job", 500), rate: .zero), .once)
    for used: Int64 in [10, 30, 30, 20] {
      _ = try ledger.apply(.charge([JobUse(job: "job", used: .whole(used))]), .once)
    }
    #expect(try books() == [500, 470, 30])
  }

  @Test func anEndIsBookedOnce() throws {
    // Error 4: every way out releases, and by the right name.
    _ = try ledger.apply(.reserve(JobIntent("job", 500), rate: .zero), .once)
    for used: Int64 in [90, 90, 120] {
      _ = try ledger.apply(.settle(JobUse(job: "job", used: .whole(used)), .final), .once)
    }
    #expect(try books() == [910, 0, 90])
    _ = try ledger.apply(.charge([JobUse(job: "job", used: .whole(200))]), .once)
    #expect(try books() == [910, 0, 90])
  }

  @Test func useAboveTheReservationIsBookedAndNotDropped() throws {
    _ = try ledger.apply(.reserve(JobIntent("job", 1000), rate: .zero), .once)
    let end = try ledger.apply(.settle(JobUse(job: "job", used: .whole(1003)), .final), .once)
    #expect(end.job?.overdraft == .whole(3))
    #expect(try books() == [-3, 0, 1003])
    #expect(try ledger.verify() == [])
  }

  @Test func whatIsChargedIsWhatWasUsed() throws {
    // Error 8: a step's cost was a constant.
    for (id, used) in [("a", Int64(1)), ("b", 7)] {
      _ = try ledger.apply(.reserve(JobIntent(id, 100), rate: .zero), .once)
      _ = try ledger.apply(.settle(JobUse(job: id, used: .whole(used)), .final), .once)
    }
    #expect(try books() == [992, 0, 8])
  }

  @Test func whatIsRefusedLeavesNoTrace() throws {
    // Error 9: what was refused was paid for.
    let error = #expect(throws: LedgerError.self) {
      try ledger.apply(.reserve(JobIntent("job", 1001), rate: .zero), .key("b"))
    }
    #expect(error?.description.contains("short of 1 credits") == true)
    #expect(try ledger.job("job") == nil)
    #expect(try books() == [1000, 0, 0])
    // Asked again once there is enough, the same key does it.
    _ = try ledger.apply(.grant(acme, .whole(1)), .once)
    _ = try ledger.apply(.reserve(JobIntent("job", 1001), rate: .zero), .key("b"))
    #expect(try books() == [0, 1001, 0])
  }

  @Test func quotaIsCheckedWithoutBeingTaken() throws {
    #expect(try ledger.checkQuota(.whole(1000), of: acme, at: now) == nil)
    #expect(try ledger.checkQuota(.whole(1001), of: acme, at: now) != nil)
    #expect(try books() == [1000, 0, 0])
  }

  @Test func historyTellsEveryLine() throws {
    _ = try ledger.apply(.reserve(JobIntent("job", 500), rate: .zero), .once)
    _ = try ledger.apply(.adjust(acme, .whole(2), note: "forgotten"), .once)
    let lines = try ledger.history(of: acme, count: 10)
    #expect(lines.map(\.kind) == [.adjust, .adjust, .reserve, .reserve, .grant, .grant])
    #expect(lines.first?.note == "forgotten")
    #expect(lines.contains { $0.job == "job" && $0.book == .reserved && $0.amount == .whole(500) })
    #expect(throws: LedgerError.self) { try ledger.history(of: path("nobody"), count: 1) }
  }

  @Test func whatAJobHadUsedOverTimeIsRememberedThinned() throws {
    _ = try ledger.apply(.reserve(JobIntent("job", 900), rate: .zero), .once)
    func use(_ number: Int64) -> JobUse {
      let used = Credits(microcredits: number + 1)
      let time = WallTime(seconds: now.seconds + 10 * number)
      let reading = UsageReading(time: time, used: used, quantities: [.cpu: UInt64(number), .storageRead: 0])
      return JobUse(job: "job", used: used, reading: reading)
    }
    for number in 0..<1000 as Range<Int64> { _ = try ledger.apply(.charge([use(number)]), .once) }
    // A reading that comes again, or late, is none.
    _ = try ledger.apply(.charge([use(999), use(5)]), .once)
    _ = try ledger.apply(.settle(use(1000), .final), .once)
    let readings = try ledger.readings(of: "job")
    #expect(readings.count < 64 + 32 * 5)
    #expect(readings.first?.quantities == [.cpu: 0, .storageRead: 0])
    #expect(readings.suffix(64).map(\.used.microcredits) == Array(938...1001))
    #expect(readings.map(\.time.seconds) == readings.map(\.time.seconds).sorted())
    #expect(throws: LedgerError.self) { try ledger.readings(of: "nobody") }
    #expect(try ledger.verify() == [])
  }

  @Test func whatIsSetAboutAnAccountIsKept() throws {
    var attributes = AccountAttributes.limited(10, .elastic)
    attributes.guarantee = .whole(3)
    attributes.thresholds.emergency = .percent(90)
    attributes.period = .weekly
    attributes.rollsOver = true
    attributes.priceBook = "/etc/prices.yaml"
    attributes.defaultBudget = .whole(2)
    attributes.maximalJobs = .atMost(4)
    attributes.maximalDepth = .atMost(5)
    attributes.overdraft = .whole(1)
    attributes.labels = ["team": "a=b", "empty": ""]
    _ = try ledger.apply(.open(path("acme/x"), attributes), .once)
    #expect(try ledger.account(path("acme/x"), at: now)?.attributes == attributes)
  }
}

@Suite("A ledger's file", .timeLimit(.minutes(15)))
struct LedgerFileTests {
  private let directory: TemporaryDirectory
  private var file: String { directory.path + "/state/ledger.db" }

  init() throws { directory = try TemporaryDirectory() }

  @Test func isItsOwnersAlone() throws {
    let ledger = try SQLiteLedger(path: file)
    #expect(try FileStatus.of(file).permissions & 0o777 == 0o600)
    #expect(try FileStatus.of(directory.path + "/state").permissions & 0o777 == 0o700)
    // The last one to close a ledger removes its log.
    #expect(try FileStatus.of(file + "-wal").permissions & 0o777 == 0o600)
    withExtendedLifetime(ledger) {}
  }

  @Test func isOnTheDiskBeforeWhatItBookedIsBelieved() throws {
    // 2 is FULL, 1 is NORMAL: https://www.sqlite.org/pragma.html#pragma_synchronous
    func synchronous(_ ledger: SQLiteLedger) throws -> Int? {
      try ledger.connection.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
    for isFirst in [true, false] {
      let ledger = try SQLiteLedger(path: file)
      let mode = try ledger.connection.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
      #expect(mode == "wal")
      if isFirst { _ = try ledger.apply(.open(acme, .limited(50)), .once) }
      _ = try ledger.apply(.reserve(JobIntent("\(isFirst)", 5), rate: .zero), .once)
      #expect(try synchronous(ledger) == 2, "a reservation")
      _ = try ledger.apply(.charge([JobUse(job: "\(isFirst)", used: .whole(1))]), .once)
      #expect(try synchronous(ledger) == 1, "running use")
      _ = try ledger.apply(.settle(JobUse(job: "\(isFirst)", used: .whole(1)), .final), .once)
      #expect(try synchronous(ledger) == 2, "a settlement")
    }
  }

  @Test func keepsWhatWasBooked() throws {
    _ = try SQLiteLedger(path: file).apply(.open(acme, .limited(5)), .once)
    #expect(try SQLiteLedger(path: file).account(acme, at: now)?.balance.available == .whole(5))
  }

  @Test func aBackupIsALedger() throws {
    let ledger = try SQLiteLedger(path: file)
    _ = try ledger.apply(.open(acme, .limited(5)), .once)
    let copy = directory.path + "/copy.db"
    try ledger.backUp(to: copy)
    #expect(try SQLiteLedger(path: copy).account(acme, at: now)?.balance.available == .whole(5))
    #expect(throws: LedgerError.self) { try ledger.backUp(to: copy) }
  }

  @Test func aDamagedFileIsToldAndLeftAsItIs() throws {
    let contents = String(repeating: "this is no ledger ", count: 100)
    try directory.write("state/ledger.db", contents, mode: 0o600)
    let error = #expect(throws: LedgerError.self) { try SQLiteLedger(path: file) }
    guard case .corrupt = error?.code else { throw error ?? LedgerError(.failed, "no error") }
    #expect(try directory.contents("state/ledger.db") == contents)
  }

  @Test func compactingMakesOneMovementOfADaysCharges() throws {
    let ledger = try SQLiteLedger(path: file)
    let team = path("acme/team")
    let noon = WallTime(seconds: now.seconds - now.seconds % 86_400 + 43_200)
    _ = try ledger.apply(.open(acme, .limited(1000)), Stamp(key: nil, time: noon))
    _ = try ledger.apply(.open(team, .limited(500)), Stamp(key: nil, time: noon))
    for (account, id) in [(acme, "a"), (team, "b"), (team, "c")] {
      let intent = JobIntent(id: id, account: account, budget: .whole(10), name: id, boot: "boot")
      _ = try ledger.apply(.reserve(intent, rate: .zero), Stamp(key: nil, time: noon))
    }
    // Three days, 100 charges each; in the end one of the jobs has used more than it held.
    for step in 0..<300 as Range<Int64> {
      let time = WallTime(seconds: noon.seconds + 864 * step)
      let used = Credits(microcredits: 40_000 * (step + 1))
      let uses = ["a", "b", "c"].prefix(step % 7 == 0 ? 3 : 2).map { JobUse(job: $0, used: used) }
      _ = try ledger.apply(.charge(uses), Stamp(key: nil, time: time))
    }
    let end = Stamp(key: nil, time: WallTime(seconds: noon.seconds + 864 * 300))
    _ = try ledger.apply(.settle(JobUse(job: "b", used: .whole(13)), .final), end)
    let before = (try ledger.accounts(below: nil), try ledger.job("a"), try ledger.job("c"))
    #expect(before.1?.holding.overdraft == .whole(2))
    // In the middle of the fourth day: the first three are over.
    let compaction = try ledger.compact(before: WallTime(seconds: noon.seconds + 3 * 86_400))
    #expect(compaction.movements > 240)
    let charges = try ledger.history(of: acme, count: 10_000).filter { $0.kind == .charge }
    #expect(Set(charges.map(\.movement)).count == 301 - compaction.movements)
    #expect(charges.map(\.time.seconds) == charges.map(\.time.seconds).sorted(by: >))
    #expect(try ledger.verify() == [])
    #expect(try ledger.accounts(below: nil) == before.0)
    #expect(try ledger.job("a") == before.1)
    #expect(try ledger.job("c") == before.2)
    // There is nothing more to fold, and the books go on.
    #expect(try ledger.compact(before: WallTime(seconds: noon.seconds + 3 * 86_400)).movements == 0)
    _ = try ledger.apply(.settle(JobUse(job: "a", used: .whole(13)), .final), end)
    #expect(try ledger.verify() == [])
  }

  @Test func compactingKeepsWhatIsYoung() throws {
    let ledger = try SQLiteLedger(path: file)
    _ = try ledger.apply(.open(acme, .limited(1000)), .key("open"))
    for id in ["old", "young", "open"] {
      _ = try ledger.apply(.reserve(JobIntent(id, 100), rate: .zero), .once)
      _ = try ledger.apply(.raiseBudget(job: id, by: .whole(1)), .key("\(id)/raise"))
      for second in 0..<200 as Range<Int64> {
        let time = WallTime(seconds: now.seconds + (id == "young" ? 5000 : 0) + second)
        let used = Credits(microcredits: second + 1)
        let reading = UsageReading(time: time, used: used, quantities: [.cpu: UInt64(second)])
        _ = try ledger.apply(.charge([JobUse(job: id, used: used, reading: reading)]), .once)
      }
      if id != "open" { _ = try ledger.apply(.settle(JobUse(job: id, used: .whole(1)), .final), .once) }
    }
    let (before, history) = (try ledger.accounts(below: nil), try ledger.history(of: acme, count: 10_000))
    let compaction = try ledger.compact(before: WallTime(seconds: now.seconds + 1000))
    #expect(compaction.keys == 2)
    #expect(compaction.readings == (try ledger.readings(of: "young")).count - 1)
    #expect(compaction.sizeAfter < compaction.sizeBefore)
    #expect(try ledger.readings(of: "old").map(\.used.microcredits) == [200])
    #expect(try ledger.readings(of: "open").count > 64)
    #expect(try ledger.accounts(below: nil) == before)
    #expect(try ledger.history(of: acme, count: 10_000) == history)
    #expect(try ledger.verify() == [])
    // What was asked about the old job can't happen again, though its key is gone; the account's own keys stay.
    #expect(throws: LedgerError.self) {
      try ledger.apply(.raiseBudget(job: "old", by: .whole(1)), .key("old/raise"))
    }
    #expect(try ledger.apply(.open(acme, .limited(1000)), .key("open")).accounts.map(\.path) == [acme])
  }

  /// What takes back each version after the first.
  private static let undoing = [
    (2, "ALTER TABLE job ADD COLUMN cgroup TEXT; DROP TABLE reading"),
    (
      3,
      "ALTER TABLE reading DROP COLUMN loopback_received; ALTER TABLE reading DROP COLUMN loopback_sent"
    ),
  ]

  @Test(arguments: [1, 2]) func oneOfAnOlderVersionIsBroughtUpToDate(version: Int) throws {
    _ = try SQLiteLedger(path: file).apply(.open(acme, .limited(5)), .once)
    try DatabaseQueue(path: file).write { database in
      for (number, sql) in Self.undoing.reversed() where number > version {
        try database.execute(sql: sql)
        try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '\(number) %'")
      }
      try database.execute(sql: "PRAGMA user_version = \(version)")
    }
    let ledger = try SQLiteLedger(path: file)
    _ = try ledger.apply(.reserve(JobIntent("job", 5), rate: .zero), .once)
    let quantities = Dictionary(uniqueKeysWithValues: zip(Meter.priced, UInt64(1)...))
    let reading = UsageReading(time: now, used: .whole(1), quantities: quantities)
    _ = try ledger.apply(.settle(JobUse(job: "job", used: .whole(1), reading: reading), .final), .once)
    #expect(try ledger.readings(of: "job") == [reading])
    #expect(try ledger.account(acme, at: now)?.balance.available == .whole(4))
  }

  @Test func oneOfANewerVersionIsRefusedAndLeftAsItIs() throws {
    _ = try SQLiteLedger(path: file)
    try DatabaseQueue(path: file).write { try $0.execute(sql: "PRAGMA user_version = 99") }
    let error = #expect(throws: LedgerError.self) { try SQLiteLedger(path: file) }
    guard case .newer = error?.code else { throw error ?? LedgerError(.failed, "no error") }
    #expect(try DatabaseQueue(path: file).read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 99)
  }

  @Test func manyMayOpenItForTheFirstTimeAtOnce() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { [file] in _ = try SQLiteLedger(path: file) } }
      try await group.waitForAll()
    }
    #expect(try SQLiteLedger(path: file).accounts(below: nil).isEmpty)
  }

  @Test func othersMayNotBeAbleToReplaceIt() throws {
    try directory.write("state/ledger.db", "", mode: 0o666)
    let error = #expect(throws: LedgerError.self) { try SQLiteLedger(path: file) }
    guard case .unsafe = error?.code else { throw error ?? LedgerError(.failed, "no error") }
  }

  @Test func othersMayNotReadIt() throws {
    try directory.write("state/ledger.db", "", mode: 0o644)
    try expectUnsafe()
  }

  @Test func nobodyElseMayPutALogBesideIt() throws {
    _ = try SQLiteLedger(path: file)
    let state = directory.path + "/state"
    for mode in [0o1777, 0o777, 0o775] as [mode_t] {
      #expect(chmod(state, mode) == 0)
      try expectUnsafe()
    }
    #expect(chmod(state, 0o700) == 0)
    for companion in ["-wal", "-shm", "-door", "-jobs"] {
      unlink(file + companion)
      try directory.write("state/ledger.db\(companion)", "", mode: 0o622)
      try expectUnsafe()
      #expect(unlink(file + companion) == 0)
    }
    _ = try SQLiteLedger(path: file)
  }

  private func expectUnsafe() throws {
    let error = #expect(throws: LedgerError.self) { try SQLiteLedger(path: file) }
    guard case .unsafe = error?.code else { throw error ?? LedgerError(.failed, "no error") }
  }

  @Test func aLinkInItsPlaceIsNotFollowed() throws {
    try directory.write("elsewhere", "", mode: 0o600)
    try directory.write("state/x", "")
    try directory.link("state/ledger.db", to: directory.path + "/elsewhere")
    #expect(throws: LedgerError.self) { try SQLiteLedger(path: file) }
    #expect(try directory.contents("elsewhere") == "")
  }

  @Test(
    arguments: [
      (0, "/root", [:], "/var/lib/rmrun/ledger.db"),
      (1000, "/home/a", [:], "/home/a/.local/state/rmrun/ledger.db"),
      (1000, "/home/a", ["XDG_STATE_HOME": "/s"], "/s/rmrun/ledger.db"),
      (1000, "/home/a", ["XDG_STATE_HOME": "s"], "/home/a/.local/state/rmrun/ledger.db"),
      (0, "/root", ["RMRUN_LEDGER": "/l.db"], "/l.db"),
    ] as [(UInt32, String, [String: String], String)])
  func place(user: UInt32, home: String, environment: [String: String], expected: String) {
    #expect(LedgerFile.standard(user: user, home: home, environment: { environment[$0] }) == expected)
  }
}

@Suite("Waiting for other writers", .timeLimit(.minutes(15)))
struct TurnTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func oneAtATimeStandsInTheDoor() throws {
    let turn = Turn(path: directory.path + "/ledger", patience: .milliseconds(20))
    let first = try turn.come()
    let error = #expect(throws: LedgerError.self) { try turn.come() }
    guard case .busy = error?.code else { throw error ?? LedgerError(.failed, "no error") }
    first.release()
    // Who had given up does not keep it closed.
    try turn.come().release()
  }

  @Test func aLedgerThatOthersHoldIsToldAfterAWhile() throws {
    let path = directory.path + "/ledger.db"
    let holder = try SQLiteLedger(path: path)
    let other = try SQLiteLedger(path: path, patience: .milliseconds(50))
    try holder.holding {
      let error = #expect(throws: LedgerError.self) { try other.apply(.open(acme, .limited(5)), .once) }
      guard case .busy = error?.code else { throw error ?? LedgerError(.failed, "no error") }
    }
    _ = try other.apply(.open(acme, .limited(5)), .once)
  }
}
