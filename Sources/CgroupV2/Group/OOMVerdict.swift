/// Whose memory limit a job was killed for.
///
/// Each kill counts as `oom_kill` in the group of the victim and in all groups above it, whosever limit it
/// was for. Whose it was shows in `oom`, which counts in the group *whose limit was reached*:
/// `memory.events.local` has it for that group alone. A kill by the host's own OOM killer raises `oom`
/// nowhere. (Seen on Linux 6.1 and 6.18. `max` is no sign: page cache alone makes a group reach `memory.max`
/// over and over, and be reclaimed.)
package enum OOMVerdict: Sendable, Hashable {
  /// The job's own `memory.max`.
  case ownLimit
  /// A limit that the job itself set on a group of its own. The job as a whole was not at its limit.
  case nestedLimit
  /// The limit of a group above.
  case ancestorLimit(path: String)
  /// The host (or a group above that can't be seen from here) was out of memory.
  case hostMemory

  /// The counts of one group above the job.
  package struct Ancestor: Sendable, Hashable {
    /// Its directory.
    package var path: String
    /// Its `memory.events.local`.
    package var events: MemoryEvents

    /// Makes the counts of one group.
    package init(path: String, events: MemoryEvents) { (self.path, self.events) = (path, events) }
  }

  /// Judges from the job's counts, which began at 0 with its group, and from those of the groups above,
  /// nearest first, when the job began and now. nil when nobody was killed. Groups that are missing at the
  /// beginning are left out.
  package static func judge(
    hierarchical: MemoryEvents, local: MemoryEvents?, before: [Ancestor], now: [Ancestor]
  ) -> OOMVerdict? {
    guard hierarchical.oomKill > 0 || (hierarchical.oomGroupKill ?? 0) > 0 else { return nil }
    if let local, local.oom > 0 { return .ownLimit }
    if hierarchical.oom > 0 { return local == nil ? .ownLimit : .nestedLimit }
    let counts = Dictionary(before.map { ($0.path, $0.events.oom) }) { first, _ in first }
    let reached = now.first { ancestor in counts[ancestor.path].map { $0 < ancestor.events.oom } ?? false }
    return reached.map { .ancestorLimit(path: $0.path) } ?? .hostMemory
  }
}
