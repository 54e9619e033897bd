/// What is known of a group before a place for jobs is chosen.
package struct GroupFacts: Sendable, Hashable {
  /// Its directory in the file system.
  package var path: String
  /// Its type; nil for the real root of the hierarchy, which has none and is free of the no-internal-process
  /// rule.
  package var type: GroupType?
  /// The controllers that it was given.
  package var available: Set<Controller>
  /// The controllers that it hands on to its children.
  package var enabled: Set<Controller>
  /// How many processes live in it that are not rmrun's own; they matter, and are counted, only where there are controllers.
  package var otherProcesses: Int
  /// The first path among the directory and its files that may not be written; nil when all may.
  package var refusedPath: String?
  /// What rmrun has marked it as.
  package var mark: GroupMark?

  /// Makes the facts directly.
  package init(
    path: String, type: GroupType? = .domain, available: Set<Controller> = [], enabled: Set<Controller> = [],
    otherProcesses: Int = 0, refusedPath: String? = nil, mark: GroupMark? = nil
  ) {
    (self.path, self.type, self.available, self.enabled) = (path, type, available, enabled)
    (self.otherProcesses, self.refusedPath, self.mark) = (otherProcesses, refusedPath, mark)
  }

  /// Whether it is the real root of the hierarchy.
  package var isHierarchyRoot: Bool { type == nil }

  /// What forbids to make groups for processes below it; nil when they can be made.
  package var obstacle: Obstacle? {
    if let type, !type.allowsDomainChildren { return .threaded(path: path, type: type.rawValue) }
    if let refusedPath { return .notPermitted(path: refusedPath) }
    return nil
  }
}

/// What an extended attribute says of a group.
package enum GroupMark: Sendable, Hashable {
  /// It carries a job's limits; its processes are in `main` below.
  case job
  /// It holds a supervisor that had to leave the group above.
  case supervisor
}

/// The names that rmrun gives to groups.
package enum GroupName {
  /// Holds a job's processes, below the group that carries its limits.
  package static let main = "main"
  /// Holds the jobs where the caller's own group can't hand controllers on, or need not.
  package static let base = "rmrun"
  /// Where a supervisor goes that has to leave its group, so that the group can hand controllers on.
  package static let supervisor = "rmrun-supervisor"

  /// The name of a job's group: `job-` and the job's id.
  package static func job(_ id: String) -> String { "job-" + id }

  /// Whether groups of that name can bear a mark of rmrun's.
  static func isMarked(_ name: Substring) -> Bool { name == supervisor || name.hasPrefix(job("")) }
}
