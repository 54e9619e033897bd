import ControlSocket
import LinuxSystem
import Logging
import Reporting
import ResourceModel
import Supervision

/// One run from the command line to the report.
struct JobRun {
  private let words: ArraySlice<String>
  private let started: Instant

  init(_ words: ArraySlice<String>, started: Instant) {
    self.words = words
    self.started = started
  }

  /// Runs the command. Never throws: whatever fails is said on standard error and becomes a status.
  func run() -> JobEnding {
    do {
      return try runThrowing()
    } catch {
      Console.error("\(error)")
      return .status((error as? SetupError)?.status ?? RunStatus.failed)
    }
  }

  private func runThrowing() throws -> JobEnding {
    let arguments = try ArgumentScanner.scan(words)
    if arguments.wantsHelp { Subcommands.run(["--help"]) }
    let payment = arguments.dryRun ? nil : try JobPayment(arguments)
    var spec = try JobSetup.spec(arguments)
    spec.account = payment?.account
    if arguments.dryRun { return try show(spec) }
    let console = RunConsole(arguments, limits: spec.limits)
    let sinks = try ReportSinks(arguments.reports, summary: console.ci.summaryPath)
    ScopeEntry.enterIfNeeded(spec)
    let log = StandardErrorLog.logger()
    let supervisor = try Supervisor(
      .wrapper(spec, payment, ledger: arguments.ledger), observer: console, log: log)
    defer { supervisor.finish() }
    try payment?.assume(&spec, hasPrices: arguments.pricesFile != nil)
    let report = try supervise(spec, payment, with: supervisor)
    console.end(report)
    let ending = finish(report, sinks, console)
    // Last of all: the command's own result is written.
    if let ledger = try? LedgerPlace.find(arguments.ledger) { Abandoned.settle(ledger: ledger) }
    return ending
  }

  /// Plans, launches and waits. A command that can't be started leaves a report as well.
  private func supervise(
    _ spec: JobSpec, _ payment: JobPayment?, with supervisor: Supervisor
  ) throws(SetupError) -> JobReport {
    let plan = try JobSetup.plan(spec, on: supervisor.facts)
    let request = JobRequest(plan, arguments: commandBytes(plan), requested: started)
    do throws(SupervisionError) {
      _ = try supervisor.launch(request)
    } catch {
      if let other = try payment?.corrected(spec) { return try supervise(other, payment, with: supervisor) }
      return JobReport(notLaunched: plan, error: error, requested: started)
    }
    do throws(SupervisionError) {
      guard let report = try supervisor.run().first else {
        throw SupervisionError(.failed, "the job left no report")
      }
      return report
    } catch {
      return JobReport(notLaunched: plan, error: error, requested: started)
    }
  }

  /// The command as the kernel handed it over: arguments need not be text.
  private func commandBytes(_ plan: JobPlan) -> [NativeString] {
    OwnProcess.arguments().suffix(plan.spec.command.count)
  }

  private func finish(_ report: JobReport, _ sinks: borrowing ReportSinks, _ console: RunConsole) -> JobEnding
  {
    var report = report
    report.timing.settle = max(
      .zero, Clock.boottime().since(started) - report.timing.setup - report.timing.run)
    let failures = sinks.write(report)
    for failure in failures { Console.error(failure) }
    if let failure = report.launchFailure { Console.error(failure) }
    // A report that could not be written is rmrun's own failure, unless there is a worse thing to say.
    if !failures.isEmpty, report.exitStatus == 0 { return .status(RunStatus.failed) }
    return JobEnding(report)
  }

  private func show(_ spec: JobSpec) throws -> JobEnding {
    let facts = try HostSurvey.facts(priority: OwnPriority.raise(), cgroupParent: spec.cgroupParent)
    let plan = try JobSetup.plan(spec, on: facts)
    _ = StandardStreams.write(PlanText.text(plan).utf8, to: 1)
    return .status(0)
  }
}

extension SupervisorOptions {
  /// A wrapper around one command owns its process: it takes the signals and adopts orphans.
  fileprivate static func wrapper(
    _ spec: JobSpec, _ payment: JobPayment?, ledger: String?
  ) -> SupervisorOptions {
    var options = SupervisorOptions()
    options.bookkeeper = payment?.bookkeeper
    options.recovery = payment?.recovery
    options.takesSignals = true
    options.adoptsOrphans = true
    options.raisesPriority = true
    options.cgroupParent = spec.cgroupParent
    options.expected = spec
    options.runtimeDirectories = RuntimeDirectory.places(
      user: OwnProcess.effectiveUser, environment: OwnProcess.environment)
    options.ledgerDirectories = LedgerPlace.ownDirectories
    // Without accounts too there may be some, for other jobs.
    options.ledger = try? LedgerPlace.find(ledger == "none" ? nil : ledger)
    return options
  }
}
