public import ResourceModel

/// The CI system that rmrun runs in, if any: what it adds to the output is added only there.
public enum CIEnvironment: Sendable, Hashable {
  /// GitHub Actions, with the file that takes the step's Markdown summary.
  case gitHubActions(summaryPath: String?)
  /// GitLab CI.
  case gitLab
  /// A terminal, a cron job, another CI.
  case none

  /// Finds the CI system by the variables that it sets for every job.
  /// - Parameter variable: the value of an environment variable.
  public static func detect(_ variable: (String) -> String?) -> CIEnvironment {
    if variable("GITHUB_ACTIONS") == "true" {
      let path = variable("GITHUB_STEP_SUMMARY") ?? ""
      return .gitHubActions(summaryPath: path.isEmpty ? nil : path)
    }
    return variable("GITLAB_CI") == "true" ? .gitLab : .none
  }

  /// The file to which the Markdown report is added; nil where there is none.
  public var summaryPath: String? {
    if case .gitHubActions(let path) = self { path } else { nil }
  }

  /// The lines that mark a job's end: an error if it was stopped or could not be started, a warning for each of its
  /// warnings.
  /// Each without its newline; none where the CI system knows no such lines.
  public func annotations(for report: JobReport) -> [String] {
    guard case .gitHubActions = self else { return [] }
    var commands: [GitHubCommand] = []
    if report.terminationReason != nil || report.launchFailure != nil {
      commands.append(GitHubCommand(.error, title: "rmrun", message: Summary.line(report)))
    }
    commands += report.warnings.map { warning in
      GitHubCommand(.warning, title: "rmrun: " + report.title, message: warning.escapedForTerminal)
    }
    return commands.map(\.line)
  }

  /// The line for a threshold that is crossed while the job runs; nil where the CI system knows no such lines.
  public func annotation(for notice: ThresholdNotice) -> String? {
    guard case .gitHubActions = self else { return nil }
    return GitHubCommand(.warning, title: "rmrun", message: notice.message).line
  }

  /// The line that begins lines that can be folded; nil where the CI system knows no such lines.
  public func sectionStart(name: String, header: String, at time: WallTime) -> String? {
    switch self {
    case .gitHubActions: GitHubCommand(.group, message: header.escapedForTerminal).line
    case .gitLab: GitLabSection(name: name, header: header, isCollapsed: true).start(at: time)
    case .none: nil
    }
  }

  /// The line that ends them.
  public func sectionEnd(name: String, at time: WallTime) -> String? {
    switch self {
    case .gitHubActions: GitHubCommand(.endgroup).line
    case .gitLab: GitLabSection(name: name, header: "").end(at: time)
    case .none: nil
    }
  }
}
