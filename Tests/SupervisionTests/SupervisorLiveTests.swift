import CreditLedger
import LinuxSystem
import Logging
import ResourceModel
import TestSupport
import Testing

@testable import Supervision

/// Real jobs on this host. They need nothing but a place for processes: a group where one can be had, else the process tree.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct SupervisorLiveTests {
  private static let busy = "while :; do :; done"

  @Test func supervisesSeveralJobsEachByItsOwnLimits() throws {
    let reports = try Bench().run([
      script("exit 7", name: "own"),
      script(Self.busy, name: "budget") { $0.budget = .credits(200_000) },
      script("sleep 100", name: "timeout") { $0.timeout = .atMost(.milliseconds(200)) },
      script("kill -USR1 $$", name: "signal"),
    ])
    let byName = Dictionary(uniqueKeysWithValues: reports.map { ($0.name, $0) })
    #expect(byName.mapValues(\.exitStatus) == ["own": 7, "budget": 120, "timeout": 124, "signal": 138])
    #expect(byName["own"]?.terminationReason == nil)
    #expect(byName["budget"]?.terminationReason == .budget)
    #expect(byName["timeout"]?.terminationReason == .timeout)
    #expect(byName["signal"]?.terminationReason == .signal)
    let budget = try #require(byName["budget"])
    // Beside hundreds of other tests this thread may be late; then the report has to say so.
    #expect(budget.bill.overdraft <= budget.bill.overshootBound || !budget.warnings.isEmpty)
    #expect(budget.bill.used == budget.bill.byMeter.reduce(.zero) { $0 + ($1.charge ?? .zero) })
  }

  @Test func aFrozenJobGoesOnWhenItsBudgetIsRaised() throws {
    let bench = try Bench()
    // So much that its own emergency is beyond what the loop uses.
    bench.onCrossed = { supervisor, job, threshold in
      guard threshold == .emergency else { return }
      // So much that its emergency is beyond what the loop uses.
      supervisor.setBudget(.atMost(Credits(microcredits: 1_000_000_000)), of: job)
    }
    // The loop ends by itself, after more than what the job is frozen at; from there to the end of its budget is room for a reading that comes
    // late, as on an emulated processor.
    let loop = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; exit 5"
    let report = try #require(
      try bench.run([
        script(loop) { limits in
          limits.budget = .credits(1_000_000)
          limits.onExhausted = .freeze
          limits.thresholds.warning = .percent(4)
          limits.thresholds.emergency = .percent(5)
        }
      ]).first)
    #expect(report.exitStatus == 5)
    #expect(report.terminationReason == nil)
    #expect(report.stopping.frozen != nil)
    #expect(bench.actions.contains("thawed"))
    #expect(report.bill.budget == .atMost(Credits(microcredits: 1_000_000_000)))
  }

  @Test func aRunningJobsMemoryLimitCanBeLowered() throws {
    let bench = try Bench()
    bench.onLaunched = { supervisor, job in
      var limits = JobLimits.standard
      limits.memoryMax = .atMost(ByteCount(bytes: 48 << 20))
      #expect(throws: Never.self) { try supervisor.resize(job, to: limits) }
    }
    // tail has to hold the whole of its only line.
    let report = try #require(
      try bench.run([
        script("head -c 300000000 /dev/zero | tail | wc -c; sleep 100") {
          $0.memoryMax = .atMost(ByteCount(bytes: 1 << 30))
        }
      ]).first)
    #expect(report.terminationReason == .memory)
    #expect(report.exitStatus == 121)
  }

  @Test func aJobCanBeStoppedFromOutside() throws {
    let bench = try Bench()
    bench.onLaunched = { supervisor, job in supervisor.stop(job) }
    let report = try #require(try bench.run([script("sleep 100")]).first)
    #expect(report.outcome == .signaled(.terminate))
    #expect(report.terminationReason == .signal)
    #expect(report.stopping.asked != nil)
  }

  @Test func anotherGuardianTakesOverWhenSomebodyKillsTheFirst() throws {
    let bench = try Bench()
    var (first, second): (Int32, Int32) = (0, 0)
    bench.onLaunched = { supervisor, job in
      first = supervisor.guardianPID
      #expect(throws: Never.self) {
        try ProcessControl.send(.kill, to: first)
        // Until it is seen to have died, however long that takes on a busy machine; the job's time-out ends the wait for what does not come.
        while supervisor.guardianPID == first, supervisor.job(job) != nil { _ = try supervisor.turn() }
      }
      second = supervisor.guardianPID
      supervisor.setBudget(.atMost(Credits(microcredits: 1)), of: job)
    }
    let report = try #require(try bench.run([script(Self.busy) { $0.timeout = .atMost(.seconds(60)) }]).first)
    #expect(report.terminationReason == .budget)
    #expect(second > 0 && second != first)
    #expect(!ProcessControl.exists(second), "the second guardian has ended with its supervisor")
  }

  @Test func jobsAreLookedAfterWhileALaunchWaits() throws {
    let (bench, gate) = (try Bench(), try Gate())
    bench.onEnded = { gate.open() }
    var outcomes: [Bool?] = []
    bench.onLaunched = { supervisor, _ in
      #expect(throws: Never.self) {
        // It is done once the job is over, which the supervisor has to bring about meanwhile.
        let work = try AsideWork { gate.isOpened(within: .seconds(60)) }
        try supervisor.lookAfterJobs(until: work.rawValue)
        outcomes.append(work.outcome)
      }
    }
    let reports = try bench.run([script("sleep 100") { $0.timeout = .atMost(.milliseconds(200)) }])
    #expect(outcomes == [true])
    #expect(reports.map(\.terminationReason) == [.timeout])
  }

  @Test func whatTheLedgerAnswersWhileALaunchWaitsIsNotLost() throws {
    let directory = try TemporaryDirectory()
    let path = try AccountPath(parsing: "acme")
    let ledger = try SQLiteLedger(path: directory.path + "/ledger.db")
    _ = try ledger.apply(.open(path, AccountAttributes()), Stamp(key: nil, time: Clock.wall()))
    let bookkeeper = try Bookkeeper(locks: nil, spool: nil) { ledger }
    let accounts = JobAccounts(bookkeeper, log: Logger(label: "test"))
    var spec = JobSpec(command: ["/bin/true"])
    spec.account = path
    spec.limits.budget = .credits(1_000_000)
    let request = JobRequest(
      try JobPlan(spec, on: try HostSurvey.facts(priority: .ordinary, cgroupParent: nil)))
    try accounts.reserve(request, id: "job", number: 1)
    // As the event loop does, where the launch has other jobs looked after.
    bookkeeper.performHere()
    #expect(accounts.takeNews().isEmpty)
    try accounts.awaitReservation(number: 1, group: nil)
    #expect(accounts.account(of: 1) != nil)
    accounts.abandon(id: "job", number: 1)
    accounts.finish()
    #expect(try ledger.openJobs().isEmpty)
  }

  @Test func whatCannotBeLaunchedLeavesNothingAndSaysWhy() throws {
    let bench = try Bench()
    #expect {
      _ = try bench.run([JobSpec(command: ["/nonexistent/command"])])
    } throws: { error in
      (error as? SupervisionError)?.code == .notFound && "\(error)".contains("/nonexistent/command")
    }
  }

  @Test func whatCannotBeLaunchedLeavesNothingInItsAccount() throws {
    let directory = try TemporaryDirectory()
    let path = try AccountPath(parsing: "acme")
    let ledger = try SQLiteLedger(path: directory.path + "/ledger.db")
    _ = try ledger.apply(.open(path, AccountAttributes()), Stamp(key: nil, time: Clock.wall()))
    var options = SupervisorOptions()
    options.bookkeeper = try Bookkeeper(locks: JobLocks(ledger: ledger.path), spool: nil) { ledger }
    let supervisor = try Supervisor(options, observer: nil, log: Logger(label: "test"))
    defer { supervisor.finish() }
    var spec = JobSpec(command: ["/nonexistent/command"])
    spec.account = path
    spec.limits.budget = .credits(1_000_000)
    let request = JobRequest(try JobPlan(spec, on: supervisor.facts))
    #expect(throws: SupervisionError.self) { try supervisor.launch(request) }
    // A program that embeds it goes on, and waits for nobody.
    #expect(try supervisor.run().isEmpty)
    #expect(try ledger.openJobs().isEmpty)
    #expect(try ledger.verify() == [])
  }

  @Test func theBillDoesNotDependOnWhoWatches() throws {
    let quiet = try #require(
      try Bench().run([script("i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done")]).first)
    #expect(quiet.usage.cpuTime != nil)
    #expect(
      quiet.bill.byMeter.first { $0.meter == .cpu }?.charge
        == quiet.usage.cpuTime.map { Credits(microcredits: Int64($0)) })
  }
}
