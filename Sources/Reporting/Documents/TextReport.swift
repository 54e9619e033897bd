import ResourceModel

/// A report for people at a terminal: aligned, every line safe to print, a newline at the end.
struct TextReport {
  private let report: JobReport

  init(_ report: JobReport) { self.report = report }

  /// The whole report.
  var text: String {
    var sections = [
      Summary.line(report) + "\n", facts(report.endingFacts + report.identityFacts), facts(report.usageFacts),
    ]
    sections.append(bill)
    sections.append(facts(report.budgetFacts + report.mechanismFacts))
    if !report.warnings.isEmpty {
      sections.append(report.warnings.map { "  warning: \($0.escapedForTerminal)\n" }.joined())
    }
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func facts(_ facts: [ReportFact]) -> String {
    let width = 14
    return facts.map { fact in
      "  " + fact.label.padded(to: width) + "  " + fact.value.escapedForTerminal + "\n"
    }.joined()
  }

  private var bill: String {
    guard !report.bill.byMeter.isEmpty else { return "" }
    var table = TextTable(columns: [.left, .right, .left, .left, .right, .right, .left])
    table.rows = ([report.billHeader] + report.billRows).map(\.cells)
    return table.text(indentation: "  ")
  }
}
