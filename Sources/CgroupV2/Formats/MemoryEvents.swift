package import ResourceModel

/// `memory.events` (the group with its descendants) or `memory.events.local` (the group alone): how often
/// something happened since the group was made. Example: see `FlatKeyedText`.
///
/// Source: Documentation/admin-guide/cgroup-v2.rst, "Memory Interface Files".
package struct MemoryEvents: Sendable, Hashable {
  /// How often use was about to pass `memory.max`.
  package var max: UInt64
  /// How often it was about to pass `memory.max` and nothing could be reclaimed.
  package var oom: UInt64
  /// How many processes of the group any OOM killer killed, be it for this group's limit, an ancestor's or
  /// the host's.
  package var oomKill: UInt64
  /// How often the group was killed as a whole (`memory.oom.group`); nil before Linux 5.17.
  package var oomGroupKill: UInt64?

  /// Makes the counts directly.
  package init(max: UInt64 = 0, oom: UInt64 = 0, oomKill: UInt64 = 0, oomGroupKill: UInt64? = nil) {
    (self.max, self.oom, self.oomKill, self.oomGroupKill) = (max, oom, oomKill, oomGroupKill)
  }

  /// Reads the file's text. Throws when `max`, `oom` or `oom_kill` is missing or any number is malformed.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    let text = FlatKeyedText(bytes)
    max = try text.required("max")
    oom = try text.required("oom")
    oomKill = try text.required("oom_kill")
    oomGroupKill = try text.value("oom_group_kill")
  }
}
