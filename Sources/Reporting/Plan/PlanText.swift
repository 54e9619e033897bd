public import ResourceModel

/// What `--dry-run` prints: a planned job with everything that follows from it.
public enum PlanText {
  /// The plan as aligned text, a newline at the end.
  public static func text(_ plan: JobPlan) -> String {
    var sections = [section("job", identity(plan)), section("limits", limits(plan))]
    if plan.budget.bound != nil {
      sections.append(section("thresholds", thresholds(plan)))
    }
    sections.append(section("burn bound: the most that the job can spend in a second", burn(plan)))
    sections.append(section("readings", readings(plan)))
    if plan.budget.bound != nil {
      sections.append(section("overshoot bound: how far beyond its budget the job can get", overshoot(plan)))
    }
    let warnings = plan.warnings.map { "rmrun: warning: \($0.escapedForTerminal)\n" }.joined()
    return sections.joined(separator: "\n") + (warnings.isEmpty ? "" : "\n" + warnings)
  }

  private static func section(_ title: String, _ facts: [ReportFact]) -> String {
    title + "\n"
      + facts.map { "  " + $0.label.padded(to: 15) + "  " + $0.value.escapedForTerminal + "\n" }.joined()
  }

  private static func identity(_ plan: JobPlan) -> [ReportFact] {
    let spec = plan.spec
    var facts = [
      ReportFact("command", spec.command.quotedForShell), ReportFact("name", plan.name),
      ReportFact("profile", spec.profileName),
    ]
    let price = plan.spec.prices.creditPrice.map { ", a credit is worth \($0) \(spec.prices.currency ?? "")" }
    facts.append(ReportFact("prices", spec.prices.name + (price ?? "")))
    facts += spec.labels.map { ReportFact("label", "\($0.key)=\($0.value)") }
    let places = [
      ("directory", spec.workingDirectory), ("stdin", spec.streams.input), ("stdout", spec.streams.output),
      ("stderr", spec.streams.error), ("cgroup parent", spec.cgroupParent),
    ]
    return facts + places.compactMap { label, path in path.map { ReportFact(label, $0.quotedForShell) } }
  }

  private static func thresholds(_ plan: JobPlan) -> [ReportFact] {
    let limits = plan.spec.limits
    return Threshold.allCases.map { threshold in
      let share = limits.thresholds.share(of: threshold)
      let credits = plan.budget.bound?.portion(share) ?? .zero
      return ReportFact(
        threshold.rawValue, "\(share.spacedText) = \(credits.counted): " + consequence(of: threshold, limits))
    }
  }

  private static func consequence(of threshold: Threshold, _ limits: JobLimits) -> String {
    switch threshold {
    case .warning: "a line on stderr" + (limits.warnSignal.map { " and \($0.name) to the job" } ?? "")
    case .emergency where limits.thresholds.emergency == limits.thresholds.hard: "the same as hard"
    case .emergency where limits.onExhausted == .freeze: "the job is frozen"
    case .emergency: "\(limits.stopSignal.name) to every process, SIGKILL \(limits.grace.plainText) later"
    case .hard: "SIGKILL to every process"
    }
  }
}
