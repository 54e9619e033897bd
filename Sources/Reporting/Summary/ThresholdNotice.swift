public import ResourceModel

/// What a person is told on stderr while a job crosses a threshold of its budget.
public struct ThresholdNotice: Sendable {
  /// The threshold.
  public var threshold: Threshold
  /// The job as it stands.
  public var progress: JobProgress
  /// What follows: the stop signal, the grace and the policy.
  public var limits: JobLimits

  /// Makes the notice of one crossing.
  public init(_ threshold: Threshold, progress: JobProgress, limits: JobLimits) {
    self.threshold = threshold
    self.progress = progress
    self.limits = limits
  }

  /// One line without a newline:
  /// `rmrun: warning: ci-step has used 80 % of its budget (400 of 500 credits); at this rate the rest lasts 3m 20s`.
  public var line: String {
    let prefix = threshold == .warning ? "rmrun: warning: " : "rmrun: "
    return prefix + message
  }

  /// The line without the program's name.
  public var message: String { progress.name.titleText + " " + amount + consequence }

  private var amount: String {
    let share = progress.used.percentText(of: progress.budget)
    let part = share.map { "has used \($0) of its budget" } ?? "has used"
    return part + (share == nil ? " " : " (") + progress.used.text(of: progress.budget)
      + (share == nil ? "" : ")")
  }

  private var consequence: String {
    switch threshold {
    case .warning:
      guard let forecast = progress.forecast else { return "" }
      let range = forecast.rangeText.map { " (\($0))" } ?? ""
      return "; at this rate the rest lasts \(forecast.expected.roughText)\(range)"
    case .emergency:
      switch limits.onExhausted {
      case .stop:
        return
          "; asking it to stop by \(limits.stopSignal.name), SIGKILL follows in \(limits.grace.plainText)"
      case .freeze: return "; it is frozen, and what is left pays for the memory that it holds"
      }
    case .hard: return "; killing it"
    }
  }
}
