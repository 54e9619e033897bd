public import ResourceModel

/// A running job in one line that fits a terminal.
///
/// What is shown gives way as the terminal gets narrower: first the range of the forecast, then memory, CPU, rate, name,
/// time left, bar, percentage; the credits stay. The last column is left free, since some terminals wrap when it is written.
public struct ProgressLine: Sendable, Hashable {
  /// Columns of the terminal.
  public var columns: Int
  /// What the terminal can show.
  public var repertoire: CharacterRepertoire

  /// Makes the form of a line for a terminal.
  public init(columns: Int, repertoire: CharacterRepertoire) {
    self.columns = columns
    self.repertoire = repertoire
  }

  /// The parts in the order in which they are shown.
  private enum Part: CaseIterable {
    case name, bar, percent, credits, rate, time, range, cpu, memory

    static let givingWay: [Part] = [.range, .memory, .cpu, .rate, .name, .time, .bar, .percent]
  }

  private static let narrowestBar = 10
  private static let widestBar = 30

  /// The line, at most `columns` − 1 wide, without control characters.
  public func text(_ progress: JobProgress) -> String {
    let room = max(0, columns - 1)
    var parts = Part.allCases
    var line = text(progress, parts, bar: Self.narrowestBar)
    for part in Part.givingWay where line.displayWidth > room {
      parts.removeAll { $0 == part }
      line = text(progress, parts, bar: Self.narrowestBar)
    }
    let spare = room - line.displayWidth
    guard spare > 0, parts.contains(.bar) else { return line.shortened(to: room) }
    return text(progress, parts, bar: min(Self.widestBar, Self.narrowestBar + spare))
  }

  private func text(_ progress: JobProgress, _ parts: [Part], bar: Int) -> String {
    parts.compactMap { text($0, progress, bar: bar) }.joined(separator: "  ")
  }

  private func text(_ part: Part, _ progress: JobProgress, bar: Int) -> String? {
    switch part {
    case .name: repertoire.text(progress.name.titleText).shortened(to: 20)
    case .bar:
      progress.budget.bound.map { BudgetBar(width: bar, repertoire: repertoire).text(progress.used, of: $0) }
    case .percent: progress.used.percentText(of: progress.budget)
    case .credits:
      progress.used.liveText + (progress.budget.bound.map { " of " + $0.rounded } ?? "") + " credits"
    case .rate: progress.rate.map { $0.liveText + "/s" }
    case .time: progress.forecast.map { $0.expected.roughText + " left" } ?? progress.elapsed.roughText
    case .range: progress.forecast?.rangeText.map { "(\($0))" }
    case .cpu:
      progress.cpusBusy.map { ExactDecimal($0.thousandths, places: 3).rounded(to: 2).fixedText + " CPUs" }
    case .memory: progress.memory.map(\.description)
    }
  }
}
