package import SystemPackage
import CLinuxSystem

/// What a walk over a tree of files did not reach.
package struct TreeMissed: Sendable, Hashable {
  /// How many directories lie too deep.
  package var deep: UInt64 = 0
  /// How many files and directories could not be opened, looked up or changed, and the last of the causes.
  package var unopened: UInt64 = 0
  package var failure: Errno?
  /// Whether there were more entries than are looked at.
  package var isEndless = false
  /// How many files and directories belong to other projects, for a move, and the first of these projects.
  package var others: UInt64 = 0
  package var projects: [ProjectNumber] = []

  /// In how many directories something may lie and be reached.
  package static let depth = Int(RMRUN_TREE_DEPTH)
  /// How many entries are looked at.
  package static let entries: UInt32 = 1 << 22

  package init() {}

  /// Whether everything was reached.
  package var isNothing: Bool { self == TreeMissed() }

  /// Whether there is more than is looked at, however often.
  package var isBeyondCounting: Bool { deep > 0 || isEndless }

  init(_ raw: rmrun_tree_missed) {
    deep = raw.deep
    unopened = raw.unopened
    failure = raw.unopened > 0 ? Errno(rawValue: raw.failure) : nil
    isEndless = raw.is_endless
    others = raw.others
    projects = withUnsafeBytes(of: raw.projects) { bytes in
      bytes.bindMemory(to: UInt32.self).prefix(Int(raw.project_count)).map(ProjectNumber.init)
    }
  }
}
