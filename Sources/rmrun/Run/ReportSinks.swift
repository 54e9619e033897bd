import LinuxSystem
import ResourceModel

/// Every place that a report goes to.
struct ReportSinks: ~Copyable {
  private let sinks: [Boxed]

  /// Holds a sink in an array, which can't hold what can't be copied.
  private final class Boxed {
    let sink: ReportSink
    init(_ sink: consuming ReportSink) { self.sink = sink }
  }

  /// Opens all of them, or none.
  init(_ names: [String], summary: String?) throws(SetupError) {
    var sinks: [Boxed] = []
    for name in names { sinks.append(Boxed(try ReportSink(name))) }
    if let summary { sinks.append(Boxed(try ReportSink(appendingSummaryTo: summary))) }
    self.sinks = sinks
  }

  /// Writes to all; one that fails keeps none of the others from being written.
  /// - Returns: what failed, a sentence each.
  func write(_ report: JobReport) -> [String] {
    sinks.compactMap { boxed in
      do throws(SystemError) {
        try boxed.sink.write(report)
        return nil
      } catch {
        return "the report could not be written: \(error)"
      }
    }
  }
}
