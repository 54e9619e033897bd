import Reporting
import Testing

@Suite("A report's format")
struct ReportFormatTests {
  @Test(
    "follows the file's ending",
    arguments: [
      ("report.json", ReportFormat.json), ("out/a.b/Report.JSON", .json), ("summary.md", .markdown),
      ("bill.txt", .text), (".txt", .text), ("a.md.txt", .text), ("report", nil), ("report.", nil), ("", nil),
      ("report.xml", nil), ("x.json/report", nil), ("x.json/", nil), ("json", nil),
    ] as [(String, ReportFormat?)])
  func followsTheEnding(name: String, format: ReportFormat?) {
    #expect(ReportFormat(fileName: name) == format)
  }
}
