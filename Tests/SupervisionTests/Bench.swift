import LinuxSystem
import Logging
import ResourceModel

@testable import Supervision

/// A supervisor for a test, whose events run what the test wants at that moment.
final class Bench: JobObserver {
  private(set) var supervisor: Supervisor?
  var onLaunched: ((Supervisor, String) -> Void)?
  var onEnded: (() -> Void)?
  var onCrossed: ((Supervisor, String, Threshold) -> Void)?
  private(set) var actions: [String] = []
  private(set) var crossed: [Threshold] = []

  init() throws {
    supervisor = try Supervisor(SupervisorOptions(), observer: self, log: Logger(label: "test"))
  }

  /// Runs jobs side by side to their ends.
  func run(_ specs: [JobSpec]) throws -> [JobReport] {
    guard let supervisor else { return [] }
    defer { supervisor.finish() }
    for spec in specs {
      _ = try supervisor.launch(JobRequest(try JobPlan(spec, on: supervisor.facts)))
    }
    return try supervisor.run()
  }

  func launched(_ job: String, pid: Int32, warnings: [String]) {
    if let supervisor { onLaunched?(supervisor, job) }
  }
  func crossed(_ threshold: Threshold, by progress: JobProgress, of job: String) {
    crossed.append(threshold)
    if let supervisor { onCrossed?(supervisor, job, threshold) }
  }
  func reached(_ standing: AccountStanding, by job: String) {}
  func read(_ progress: JobProgress, of job: String) {}
  func did(_ action: String, to job: String) { actions.append(action) }
  func ended(_ report: JobReport) { onEnded?() }
}

/// A shell script as a job.
func script(_ text: String, name: String = "job", _ adjust: (inout JobLimits) -> Void = { _ in }) -> JobSpec {
  var limits = JobLimits.standard
  limits.grace = .seconds(5)
  adjust(&limits)
  var spec = JobSpec(command: ["/bin/sh", "-c", text], limits: limits)
  spec.name = name
  return spec
}

extension Limit<BudgetAmount> {
  static func credits(_ microcredits: Int64) -> Self {
    .atMost(.credits(Credits(microcredits: microcredits)))
  }
}
