import LinuxSystem
import Reporting
import ResourceModel

/// Draws one live line on the terminal that standard error is; a few times a second, however often a reading comes.
final class ProgressLineWriter {
  private static let interval: Duration = .milliseconds(200)
  private let repertoire = CharacterRepertoire.detect(OwnProcess.environment)
  private var drawnAt: Instant?

  /// Nil where standard error is no terminal: a log file is no place for a line that is drawn again and again.
  init?() {
    guard StandardStreams.isTerminal(2) else { return nil }
  }

  func draw(_ progress: JobProgress) {
    let now = Clock.boottime()
    if let drawnAt, now.since(drawnAt) < Self.interval { return }
    drawnAt = now
    let line = ProgressLine(columns: StandardStreams.width(2) ?? 80, repertoire: repertoire)
    Console.raw(LiveLine.drawing(line.text(progress)))
  }

  func clear() {
    guard drawnAt != nil else { return }
    Console.raw(LiveLine.clearing)
    drawnAt = nil
  }
}
