public import ResourceModel

/// A job's end in a line or two for stderr.
public enum Summary {
  /// What ended, why and when, in one line without a newline:
  /// `rmrun: make test: stopped: budget used up (500 of 500 credits) after 8m 12s; asked at 95 %, killed at 100 %`.
  public static func line(_ report: JobReport) -> String {
    let time = report.launchFailure == nil ? " after " + report.wallTime.plainText : ""
    let steps = report.stoppingSteps.joined(separator: ", ")
    return "rmrun: \(report.title): \(report.ending)\(time)" + (steps.isEmpty ? "" : "; " + steps)
  }

  /// The line and below it the status, the bill and the main figures; each line without its newline.
  public static func lines(_ report: JobReport) -> [String] {
    var parts = [bill(report)]
    if report.launchFailure == nil { parts.append(figures(report)) }
    if !report.isRunning { parts.append("exit status \(report.exitStatus)") }
    var lines = [line(report), "rmrun:   " + parts.joined(separator: "; ")]
    let unmeasured = report.bill.byMeter.filter { $0.charge == nil }.map(\.meter.rawValue)
    if !unmeasured.isEmpty {
      lines.append("rmrun:   not in the bill, because not measured: " + unmeasured.joined(separator: ", "))
    }
    if let refused = report.network?.text() { lines.append("rmrun:   network refused: " + refused) }
    return lines + report.warnings.map { "rmrun: warning: " + $0.escapedForTerminal }
  }

  private static func bill(_ report: JobReport) -> String {
    let bill = report.bill
    var notes = [bill.used.percentText(of: bill.budget)].compactMap { $0 }
    notes += bill.byMeter.compactMap { charge in
      charge.charge.flatMap { $0 > .zero ? "\(charge.meter.rawValue) \($0.rounded)" : nil }
    }
    if bill.overdraft > .zero { notes.append("overdraft \(bill.overdraft.rounded)") }
    let cost = bill.billedCost.map { " = " + $0.text(in: bill.billingCurrency) } ?? ""
    return bill.used.text(of: bill.budget) + cost
      + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
  }

  private static func figures(_ report: JobReport) -> String {
    let cpu = report.usage.cpuTime.map { $0.microseconds.plainText } ?? "not measured"
    let memory = report.usage.memoryPeak.map { "peak \(ByteCount(bytes: $0))" } ?? "not measured"
    return "CPU time \(cpu), memory \(memory)"
  }
}
