import ResourceModel

/// A report for a web page: GitHub's Markdown, of which every other reader knows enough.
struct MarkdownReport {
  private let report: JobReport

  init(_ report: JobReport) { self.report = report }

  /// The whole report, a newline at the end.
  var text: String {
    let time = report.launchFailure == nil ? " after " + report.wallTime.plainText : ""
    var sections = ["### \(report.title.asMarkdownCode): \((report.ending + time).escapedForMarkdown())\n"]
    sections.append(table(["", ""], report.endingFacts + report.budgetFacts + report.usageFacts))
    if !report.bill.byMeter.isEmpty { sections.append(bill) }
    if !report.warnings.isEmpty {
      let items = report.warnings.map { "- " + $0.escapedForMarkdown(startsLine: true) + "\n" }.joined()
      sections.append("**Warnings**\n\n" + items)
    }
    let details = table(["", ""], report.identityFacts + report.mechanismFacts)
    sections.append("<details><summary>Details</summary>\n\n\(details)\n</details>\n")
    return sections.joined(separator: "\n")
  }

  private func table(_ header: [String], _ facts: [ReportFact]) -> String {
    let rows = facts.map { fact in
      let isCode = ["command", "name", "label", "job"].contains(fact.label)
      let value = fact.value.shortened(to: 400)
      return [fact.label, isCode ? value.asMarkdownCode : value.escapedForMarkdown()]
    }
    return Self.line(header) + "|---|---|\n" + rows.map(Self.line).joined()
  }

  private var bill: String {
    let rows = report.billRows.map { $0.cells.map { $0.escapedForMarkdown() } }
    let header = report.billHeader.cells.map { $0.escapedForMarkdown() }
    return Self.line(header) + "|---|--:|---|---|--:|--:|---|\n" + rows.map(Self.line).joined()
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
}
