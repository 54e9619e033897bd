import Configuration
import ControlSocket
import CreditLedger
import Dispatch
import LinuxSystem
import Logging
public import ResourceModel
import Supervision

/// Runs commands under budgets that the kernel enforces: what `rmrun` does, for a program that embeds it.
///
/// ```swift
/// let manager = ResourceManager()
/// var limits = try manager.limits(ofProfile: "ci")
/// limits.budget = .atMost(.credits(Credits(microcredits: 5_000_000)))
/// let report = try manager.run(JobSpec(command: ["make", "test"], limits: limits))
/// print(report.bill.used, report.terminationReason as Any)
/// ```
///
/// Each job runs as a child of this process, in a cgroup of its own. Should this process die, its guardian (a small child of it) kills
/// the jobs. The process's own signals are left alone.
public struct ResourceManager: Sendable {
  /// The group below which jobs' groups are made; nil: this process's own.
  public var cgroupParent: String?
  /// The file with the accounts that jobs name (`JobSpec.account`); it is made if it is missing. Nil: jobs may name none.
  public var ledger: String?
  /// Called with each thing that happens to a job, on the thread that runs it; it should return soon.
  public var onNotice: (@Sendable (JobNotice) -> Void)?

  /// Makes a manager that puts jobs below this process's own group.
  public init() {}

  /// The limits of a profile: a name (built in, or in the profile directories) or the path of a YAML file.
  /// - Throws: `ResourceManagerError` if there is no such profile, or it has faults.
  public func limits(ofProfile name: String) throws(ResourceManagerError) -> JobLimits {
    do {
      let store = ProfileStore(
        environment: OwnProcess.environment, home: UserAccount.of(user: OwnProcess.effectiveUser)?.home)
      return try store.resolve(name).limits
    } catch {
      throw ResourceManagerError(.badRequest, error.description)
    }
  }

  /// The price book in a YAML file.
  /// - Throws: `ResourceManagerError` if it can't be read, or has faults.
  public func prices(inFile path: String) throws(ResourceManagerError) -> PriceBook {
    do {
      return try PriceBookStore.load(path)
    } catch {
      throw ResourceManagerError(.badRequest, error.description)
    }
  }

  /// Plans a job: prices its budget, bounds its overshoot, and checks that this host can hold its limits.
  /// - Throws: `ResourceManagerError`: `refused` if the host can't, `badRequest` if the request makes no sense.
  public func plan(_ spec: JobSpec) throws(ResourceManagerError) -> JobPlan {
    do {
      return try JobPlan(spec, on: try HostSurvey.facts(priority: .ordinary, cgroupParent: spec.cgroupParent))
    } catch let error as PlanError {
      throw ResourceManagerError(error)
    } catch {
      throw ResourceManagerError(.failed, "\(error)")
    }
  }

  /// Runs one job and waits for its end, on the calling thread.
  /// - Returns: its report, whatever became of it.
  /// - Throws: `ResourceManagerError` if the job could not be launched; then nothing of it is left.
  public func run(_ spec: JobSpec) throws(ResourceManagerError) -> JobReport {
    guard let report = try run([spec]).first else {
      throw ResourceManagerError(.failed, "the job left no report")
    }
    return report
  }

  /// Runs jobs side by side under one supervisor, and waits for the end of all, on the calling thread.
  /// - Returns: the reports, in the order in which the jobs ended.
  /// - Throws: `ResourceManagerError` if a job could not be planned (then none is launched) or launched (then those that
  ///   were launched before it are stopped first).
  public func run(_ specs: [JobSpec]) throws(ResourceManagerError) -> [JobReport] {
    let plans = try specs.map { spec throws(ResourceManagerError) in try plan(spec) }
    var options = SupervisorOptions()
    options.cgroupParent = cgroupParent
    options.runtimeDirectories = RuntimeDirectory.places(
      user: OwnProcess.effectiveUser, environment: OwnProcess.environment)
    options.ledgerDirectories = LedgerFile.ownDirectories(
      home: UserAccount.of(user: OwnProcess.effectiveUser)?.home, environment: OwnProcess.environment)
    options.ledger = ledger
    options.bookkeeper = try bookkeeper(for: specs)
    let relay = NoticeRelay(onNotice)
    do throws(SupervisionError) {
      let supervisor = try Supervisor(options, observer: relay, log: Logger(label: "rmrun"))
      defer { supervisor.finish() }
      do throws(SupervisionError) {
        for plan in plans { _ = try supervisor.launch(JobRequest(plan)) }
      } catch {
        supervisor.stopAll()
        _ = try supervisor.run()
        throw error
      }
      let reports = try supervisor.run()
      if let ledger { Abandoned.settle(ledger: ledger) }
      return reports
    } catch {
      throw ResourceManagerError(error)
    }
  }

  private func bookkeeper(for specs: [JobSpec]) throws(ResourceManagerError) -> Bookkeeper? {
    guard let account = specs.lazy.compactMap(\.account).first else { return nil }
    guard let ledger else {
      throw ResourceManagerError(
        .badRequest, "account \(account): there is no ledger; set `ledger` to its file")
    }
    do {
      return try Bookkeeper(
        locks: JobLocks(ledger: ledger), spool: Spool(ledger: ledger, environment: OwnProcess.environment)
      ) { () throws(LedgerError) in
        try SQLiteLedger(path: ledger, makes: false)
      }
    } catch {
      throw ResourceManagerError(.failed, "\(error)")
    }
  }

  /// Runs one job without blocking the caller's task: a thread of its own waits for it.
  /// - Throws: as `run(_:)` does.
  public func run(_ spec: JobSpec) async throws -> JobReport {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "rmrun.job").async {
        continuation.resume(with: Result { try self.run([spec]) }.flatMap(Self.onlyReport))
      }
    }
  }

  private static func onlyReport(_ reports: [JobReport]) -> Result<JobReport, any Error> {
    guard let report = reports.first else {
      return .failure(ResourceManagerError(.failed, "the job left no report"))
    }
    return .success(report)
  }
}
