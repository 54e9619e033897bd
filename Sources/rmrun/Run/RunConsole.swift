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

  init(_ arguments: RunArguments, limits: JobLimits) {
    self.arguments = arguments
    self.limits = limits
    ci = CIEnvironment.detect(OwnProcess.environment)
    line = arguments.progress && !arguments.quiet ? ProgressLineWriter() : nil
  }

  func launched(_ job: String, pid: Int32) { tell("\(job): started as process \(pid)") }

  func crossed(_ threshold: Threshold, by progress: JobProgress, of job: String) {
    let notice = ThresholdNotice(threshold, progress: progress, limits: limits)
    if let annotation = ci.annotation(for: notice) { print(annotation) }
    guard !arguments.quiet else { return }
    line?.clear()
    Console.raw(notice.line + "\n")
  }

  func read(_ progress: JobProgress, of job: String) { line?.draw(progress) }

  func did(_ action: String, to job: String) { tell("\(job): \(action)") }

  func ended(_ report: JobReport) { line?.clear() }

  /// The summary: always with `--summary`, else when the job was stopped.
  func end(_ report: JobReport) {
    for annotation in ci.annotations(for: report) { print(annotation) }
    guard !arguments.quiet, report.launchFailure == nil else { return }
    if arguments.summary {
      section(report) { for line in Summary.lines(report) { Console.raw(line + "\n") } }
    } else if report.terminationReason != nil, report.terminationReason != .signal {
      Console.raw(Summary.line(report) + "\n")
    }
    guard arguments.summary || arguments.verbose else { return }
    for warning in report.warnings { Console.say("warning: \(warning.escapedForTerminal)") }
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
