import LinuxSystem
import Reporting
import ResourceModel
import Supervision

/// What a person, or a CI system's log, sees of a run while it goes on and at its end.
final class RunConsole: JobObserver {
  let ci: CIEnvironment
  private let arguments: RunArguments
  private let limits: JobLimits
  private let line: ProgressLineWriter?
  /// How many of the job's warnings have been told.
  private var told = 0

  init(_ arguments: RunArguments, limits: JobLimits) {
    self.arguments = arguments
    self.limits = limits
    ci = CIEnvironment.detect(OwnProcess.environment)
    line = arguments.progress && !arguments.quiet ? ProgressLineWriter() : nil
  }

  /// What can't be had is said while it can still be mended, not only in a report.
  func launched(_ job: String, pid: Int32, warnings: [String]) {
    tell("\(job): started as process \(pid)")
    guard !arguments.summary else { return }
    warn(warnings)
    told = warnings.count
  }

  func crossed(_ threshold: Threshold, by progress: JobProgress, of job: String) {
    let notice = ThresholdNotice(threshold, progress: progress, limits: limits)
    annotate([ci.annotation(for: notice)].compactMap { $0 })
    guard !arguments.quiet else { return }
    line?.clear()
    Console.raw(notice.line + "\n")
  }

  func reached(_ standing: AccountStanding, by job: String) {
    guard !arguments.quiet else { return }
    line?.clear()
    Console.say("account \(standing.account) has reached its \(standing.threshold.rawValue) threshold")
  }

  func read(_ progress: JobProgress, of job: String) { line?.draw(progress) }

  func did(_ action: String, to job: String) { tell("\(job): \(action)") }

  func ended(_ report: JobReport) { line?.clear() }

  /// The summary: always with `--summary`, else when the job was stopped.
  func end(_ report: JobReport) {
    annotate(ci.annotations(for: report))
    guard !arguments.quiet, report.launchFailure == nil else { return }
    if arguments.summary {
      section(report) { for line in Summary.lines(report) { Console.raw(line + "\n") } }
      return
    }
    warn(report.warnings.dropFirst(told))
    if report.terminationReason != nil, report.terminationReason != .signal {
      Console.raw(Summary.line(report) + "\n")
    }
  }

  private func warn(_ warnings: some Sequence<String>) {
    guard !arguments.quiet else { return }
    for warning in warnings { Console.say("warning: \(warning.escapedForTerminal)") }
  }

  /// On standard error, where CI systems look as well: standard output is the command's own.
  private func annotate(_ annotations: [String]) {
    for annotation in annotations { Console.raw(annotation + "\n") }
  }

  private func section(_ report: JobReport, _ body: () -> Void) {
    if let start = ci.sectionStart(name: "rmrun", header: Summary.line(report), at: Clock.wall()) {
      Console.raw(start + "\n")
    }
    body()
    if let end = ci.sectionEnd(name: "rmrun", at: Clock.wall()) { Console.raw(end + "\n") }
  }

  private func tell(_ action: String) {
    guard arguments.verbose else { return }
    line?.clear()
    Console.say(action)
  }
}
