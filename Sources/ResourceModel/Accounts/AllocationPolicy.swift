/// How an account gives what it has to its children and jobs.
public enum AllocationPolicy: String, Sendable, Hashable, CaseIterable {
  /// Fixed shares: a child's limit, and a job's whole budget, is set aside at once. Nobody can spend what another was promised.
  case strict
  /// A child's guarantee is set aside, and a job starts with a full first lease; both draw more while there is some.
  case elastic
  /// Nothing is set aside beforehand: children and jobs draw what there is, and a job starts with any lease.
  case bestEffort = "best-effort"

  /// Whether children and jobs draw more than what was set aside for them at first.
  public var isDrawnFrom: Bool { self != .strict }
}
