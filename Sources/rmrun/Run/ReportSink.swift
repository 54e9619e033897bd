import LinuxSystem
import Reporting
import ResourceModel

/// Where a report goes. Everything is opened before launch: a job can't make rmrun write elsewhere afterwards.
struct ReportSink: ~Copyable {
  private enum Target: ~Copyable {
    /// Replaced as a whole, without following links.
    case file(ReportFile)
    /// Written to as it is.
    case descriptor(Descriptor)
  }

  private let target: Target
  private let format: ReportFormat
  /// As the user gave it, for messages.
  let name: String

  /// Opens what `--report` names: a file by its ending, `-` for JSON on standard output, `fd:N` for a descriptor.
  init(_ name: String) throws(SetupError) {
    let (path, format) = try Self.place(name)
    do {
      target = .file(try ReportFile(path: path))
    } catch {
      throw SetupError(status: RunStatus.failed, description: "--report: \(error)")
    }
    self.name = name
    self.format = format
  }

  /// Appends Markdown to a file that the CI system has prepared; opened before launch.
  init(appendingSummaryTo path: String) throws(SetupError) {
    name = path
    format = .markdown
    do {
      target = .descriptor(try Descriptor.open(path, [.writeOnly, .append, .create, .noFollow]))
    } catch {
      throw SetupError(status: RunStatus.failed, description: "the CI system's summary: \(error)")
    }
  }

  /// Writes the report. Throws with the file's name; nothing is half written to a file.
  func write(_ report: JobReport) throws(SystemError) {
    let text = report.rendered(as: format)
    switch target {
    case .file(let file): try file.write(text.utf8)
    case .descriptor(let descriptor): try descriptor.writeAll(text.utf8, path: name)
    }
  }

  private static func place(_ name: String) throws(SetupError) -> (path: String, format: ReportFormat) {
    if name == "-" { return ("/dev/stdout", .json) }
    guard name.hasPrefix("fd:") else { return (name, try format(of: name)) }
    guard let number = UInt16(name.dropFirst(3)) else {
      throw SetupError(
        status: RunStatus.failed, description: "--report \(name.escapedForTerminal): write fd:N, such as fd:3"
      )
    }
    return ("/dev/fd/\(number)", .json)
  }

  private static func format(of name: String) throws(SetupError) -> ReportFormat {
    guard let format = ReportFormat(fileName: name) else {
      throw SetupError(
        status: RunStatus.failed,
        description: "--report \(name.escapedForTerminal): the ending says the form: .json, .md or .txt")
    }
    return format
  }
}
