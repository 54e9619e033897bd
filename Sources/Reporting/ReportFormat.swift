public import ResourceModel

/// The forms in which a report is written.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
  /// For programs, by the schema `rmrun.report/1`.
  case json
  /// For a web page, such as the summary of a CI step.
  case markdown = "md"
  /// For people at a terminal.
  case text = "txt"

  /// The format that a file's ending names: `.json`, `.md` or `.txt`, in any case; nil for another ending.
  public init?(fileName: String) {
    let name = fileName.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let ending = parts.last else { return nil }
    self.init(rawValue: ending.lowercased())
  }
}

extension JobReport {
  /// The report as text that ends with a newline.
  public func rendered(as format: ReportFormat) -> String {
    switch format {
    case .json: json.text + "\n"
    case .markdown: MarkdownReport(self).text
    case .text: TextReport(self).text
    }
  }
}
