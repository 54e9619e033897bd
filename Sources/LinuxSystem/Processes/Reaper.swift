import CLinuxSystem

/// Waits for the children that a subreaper inherits.
package enum Reaper {
  /// Takes the ends of children that ended, at most so many, but for `excluded`, which have an owner of their own.
  ///
  /// The kernel shows ended children one at a time, in its own order: at one that is excluded this stops, and the caller
  /// goes on with it once the owner has waited for that one. (Its pidfd is readable: the owner will, in the same turn.)
  ///
  /// A job can end children faster than they are reaped, for ever: whoever has more to do than to reap asks for few at a time,
  /// and again as long as it gets all that it asked for.
  ///
  /// `ending` is called with each one before it is gone, while its files in `/proc` can still be read.
  package static func reapOrphans(
    excluding excluded: Set<Int32>, atMost limit: Int = .max, ending: (Int32) -> Void = { _ in }
  ) throws(SystemError) -> [ChildEnd] {
    var ends: [ChildEnd] = []
    while ends.count < limit {
      let pid = try shim("look for ended children") { rmrun_peek_ended_child() }
      if pid == 0 || excluded.contains(pid) { return ends }
      ending(pid)
      var end = rmrun_child_end()
      if try shim("wait for process \(pid)", { rmrun_wait_pid(pid, &end) }) == 1 {
        ends.append(ChildEnd(end))
      }
    }
    return ends
  }
}
