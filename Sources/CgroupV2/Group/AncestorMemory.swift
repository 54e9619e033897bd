import ResourceModel

/// The out-of-memory counts of the groups above a job: read when it begins and when it has ended, they tell
/// whose limit was reached.
struct AncestorMemory: Sendable {
  private let before: [OOMVerdict.Ancestor]

  /// Reads the counts of all groups from `group` up to the mount point, itself included, as far as they have
  /// any.
  init(from group: GroupDirectory, upTo mountPoint: String) {
    before = Self.read(GroupLine.paths(from: group.path, upTo: mountPoint))
  }

  /// The verdict on a job's end, by its own counts.
  func verdict(hierarchical: MemoryEvents, local: MemoryEvents?) -> OOMVerdict? {
    OOMVerdict.judge(
      hierarchical: hierarchical, local: local, before: before, now: Self.read(before.map(\.path)))
  }

  private static func read(_ paths: [String]) -> [OOMVerdict.Ancestor] {
    paths.compactMap { path in
      let events = try? GroupDirectory(path: path).read("memory.events.local", MemoryEvents.init(parsing:))
      return (events ?? nil).map { OOMVerdict.Ancestor(path: path, events: $0) }
    }
  }
}
