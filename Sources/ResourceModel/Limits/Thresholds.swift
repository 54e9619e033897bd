/// One of the three points in a budget at which something happens. A threshold is crossed *at or above* its share.
public enum Threshold: String, Sendable, Hashable, CaseIterable, Comparable {
  /// The user is told.
  case warning
  /// The job is asked to stop, or frozen.
  case emergency
  /// The job is killed.
  case hard

  private var order: Int {
    switch self {
    case .warning: 0
    case .emergency: 1
    case .hard: 2
    }
  }

  /// Earlier or later in the budget.
  public static func < (left: Threshold, right: Threshold) -> Bool { left.order < right.order }
}

/// The shares of the budget at which the three thresholds lie: 80 %, 95 % and 100 % unless said otherwise.
public struct Thresholds: Sendable, Hashable {
  /// Share of the budget at which the user is told.
  public var warning = Share.percent(80)
  /// Share of the budget at which the job is asked to stop.
  public var emergency = Share.percent(95)
  /// Share of the budget at which the job is killed.
  public var hard = Share.percent(100)

  /// 80 %, 95 % and 100 %.
  public init() {}

  /// The share at which `threshold` lies.
  public func share(of threshold: Threshold) -> Share {
    switch threshold {
    case .warning: warning
    case .emergency: emergency
    case .hard: hard
    }
  }
}
