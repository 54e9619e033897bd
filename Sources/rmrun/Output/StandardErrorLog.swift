import LinuxSystem
import Logging
import ResourceModel

/// Diagnostics on standard error, from the level that `RMRUN_LOG` names; warnings and errors without it.
struct StandardErrorLog: LogHandler {
  var logLevel: Logger.Level = .warning
  var metadata: Logger.Metadata = [:]

  /// The logger that all modules get.
  static func logger() -> Logger {
    let level = OwnProcess.environment("RMRUN_LOG").flatMap { Logger.Level(rawValue: $0) } ?? .warning
    return Logger(label: "rmrun") { _ in StandardErrorLog(logLevel: level) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Console.raw("rmrun: \(event.level): \(event.message)\n")
  }
}
