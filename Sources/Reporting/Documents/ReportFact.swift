import ResourceModel

/// One line of a report for people: what it is and what is known of it, not yet escaped for any form.
struct ReportFact {
  /// What it is.
  var label: String
  /// What is known.
  var value: String

  init(_ label: String, _ value: String) {
    self.label = label
    self.value = value
  }
}

extension JobReport {
  /// Who and when.
  var identityFacts: [ReportFact] {
    var facts = [
      ReportFact("job", job), ReportFact("name", name), ReportFact("command", command.quotedForShell),
      ReportFact("profile", profile), ReportFact("prices", prices),
    ]
    if let account { facts.append(ReportFact("account", account.description)) }
    facts += labels.map { ReportFact("label", "\($0.key)=\($0.value)") }
    facts.append(ReportFact("started", startedAt.rfc3339))
    if let endedAt { facts.append(ReportFact("ended", endedAt.rfc3339)) }
    return facts
  }

  /// How it ended.
  var endingFacts: [ReportFact] {
    var facts = [ReportFact("result", ending)]
    if !stoppingSteps.isEmpty { facts.append(ReportFact("steps", stoppingSteps.joined(separator: ", "))) }
    if !isRunning { facts.append(ReportFact("exit status", statusText)) }
    return facts
  }

  /// Whether the command was started and has not ended.
  var isRunning: Bool { outcome == nil && endedAt == nil && launchFailure == nil }

  private var statusText: String {
    switch outcome {
    case .exited(let status) where status != exitStatus: "\(exitStatus) (the command returned \(status))"
    case .signaled(let signal): "\(exitStatus) (the command died of \(signal.name))"
    default: "\(exitStatus)"
    }
  }

  /// What became of the budget.
  var budgetFacts: [ReportFact] {
    let share = bill.used.percentText(of: bill.budget).map { " (\($0))" } ?? ", no budget"
    var facts = [ReportFact("used", bill.used.text(of: bill.budget) + share)]
    if bill.overdraft > .zero {
      let bound = bill.overshootBound.rounded
      facts.append(ReportFact("overdraft", "\(bill.overdraft.counted), the stated bound is \(bound)"))
    }
    let crossed = Threshold.allCases.compactMap { threshold in
      thresholds[threshold].map {
        "\(threshold.rawValue) (\(thresholdShares.share(of: threshold).spacedText)) after \($0.plainText)"
      }
    }
    if !crossed.isEmpty { facts.append(ReportFact("crossed", crossed.joined(separator: ", "))) }
    let ahead = Threshold.allCases.compactMap { threshold in
      forecasts[threshold].map { "\(threshold.rawValue) in " + $0.expected.roughText }
    }
    if !ahead.isEmpty { facts.append(ReportFact("expected", ahead.joined(separator: ", "))) }
    return facts
  }

  /// Who held each limit and how often was looked.
  var mechanismFacts: [ReportFact] {
    let held = Mechanism.allCases.compactMap { mechanism in
      let names = enforcement.filter { $0.value == mechanism }.keys.sorted().map(\.rawValue)
      return names.isEmpty ? nil : mechanism.rawValue + ": " + names.joined(separator: ", ")
    }
    var facts: [ReportFact] = []
    if !held.isEmpty { facts.append(ReportFact("limits held by", held.joined(separator: "; "))) }
    // A list of destinations has a filter as well, of a job that is not confined.
    let isFiltered = confinement.level != "none" || confinement.refusals?.isEmpty == false
    if isFiltered { facts.append(ReportFact("confined", confinement.words)) }
    if let network {
      facts.append(ReportFact("network", "refused: " + (network.text(atMost: 20) ?? "nothing")))
    }
    facts.append(ReportFact("readings", "\(readings)"))
    let times = [("setup", timing.setup), ("run", timing.run), ("settle", timing.settle)]
    let parts = times.map { "\($0.0) \($0.1.plainText)" }
    facts.append(ReportFact("time spent", parts.joined(separator: ", ")))
    return facts
  }
}

extension JobReport.Confinement {
  /// `default; refused: mount (2), bpf`.
  fileprivate var words: String { ([level, refusalWords] + killWords).joined(separator: "; ") }

  private var refusalWords: String {
    guard let refusals else { return "what it refused is not known" }
    guard !refusals.isEmpty else {
      return hasKillingRules ? "no call was refused by an error" : "nothing was refused"
    }
    let calls = refusals.map { $0.count == 1 ? $0.call : "\($0.call) (\($0.count))" }
    return "refused: " + calls.joined(separator: ", ") + (hasMoreRefusals ? ", and more" : "")
  }

  /// The audit log names a process by its number alone: whose the others were nobody can tell when they are gone.
  private var killWords: [String] {
    guard hasKillingRules else { return [] }
    let command = killingCall.map { "the command was killed for \($0)" }
    return [command, "whether its rules killed other processes is not known"].compactMap { $0 }
  }
}
