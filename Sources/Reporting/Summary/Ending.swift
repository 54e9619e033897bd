import ResourceModel

extension JobReport {
  /// How the job ended and why, without its name: `stopped: budget used up (500 of 500 credits)`.
  var ending: String {
    if let launchFailure { return "not started: " + launchFailure.escapedForTerminal }
    guard let terminationReason else {
      switch outcome {
      case .exited(let status): return "finished with status \(status)"
      case .signaled(let signal): return "died of \(signal.name)"
      case nil: return isRunning ? "still running" : "ended, its status is not known"
      }
    }
    return ending(by: terminationReason)
  }

  private func ending(by reason: TerminationReason) -> String {
    switch reason {
    case .budget: "stopped: \(budgetText) (\(bill.used.text(of: bill.budget)))"
    case .timeout: "stopped: time limit reached"
    case .cpuTime: "stopped: CPU time used up" + parenthesized(usage.cpuTime?.microseconds.plainText)
    case .idle: "stopped: no CPU progress for too long"
    case .memory: "killed: memory limit reached" + parenthesized(peakText)
    case .ancestorMemory: "killed: a group above the job reached its memory limit" + parenthesized(peakText)
    case .hostMemory: "killed: the host ran out of memory" + parenthesized(peakText)
    case .network: "stopped: bytes over the network used up" + parenthesized(networkMovedText)
    case .processes:
      "stopped: limit of processes reached" + parenthesized(usage.processesPeak.map { "peak \($0)" })
    case .workSize: "stopped: the work directory held more than its size allows"
    case .signal: exitSignal.map { "died of \($0.name)" } ?? "stopped by a signal"
    }
  }

  private var budgetText: String {
    stopping.account.map { "account \($0.account) reached its \($0.threshold.rawValue) threshold" }
      ?? "budget used up"
  }

  private var networkMovedText: String? {
    guard let received = usage.networkReceived, let sent = usage.networkSent else { return nil }
    return "\(ByteCount(bytes: received &+ sent)) received and sent"
  }

  private var peakText: String? { usage.memoryPeak.map { "peak \(ByteCount(bytes: $0))" } }

  private func parenthesized(_ text: String?) -> String { text.map { " (\($0))" } ?? "" }

  /// What rmrun did to end the job, each step with where it was done: `asked at 95 %`, `killed at 100 %`.
  var stoppingSteps: [String] {
    var steps: [String] = []
    if let frozen = stopping.frozen { steps.append("frozen " + place(of: .emergency, frozen)) }
    if let asked = stopping.asked { steps.append("asked " + place(of: .emergency, asked)) }
    guard let killed = stopping.killed else { return steps }
    if isOwnBudget, thresholds[.hard] != nil {
      steps.append("killed " + place(of: .hard, killed))
    } else if let asked = stopping.asked {
      steps.append("killed \((killed - asked).plainText) later")
    } else {
      steps.append("killed " + place(of: .hard, killed))
    }
    return steps
  }

  private var isOwnBudget: Bool { terminationReason == .budget && stopping.account == nil }

  /// A step that the budget gave rise to stands at a share of it, every other at a time.
  private func place(of threshold: Threshold, _ time: Duration) -> String {
    isOwnBudget
      ? "at " + thresholdShares.share(of: threshold).spacedText : "after " + time.plainText
  }
}
