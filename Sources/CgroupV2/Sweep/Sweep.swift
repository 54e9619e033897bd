import LinuxSystem
package import ResourceModel

/// Finds what crashed supervisors left.
package enum Sweep {
  /// All leftovers below a group, at any depth, locked. Groups below a leftover are part of it.
  ///
  /// `boot` is this boot's id. Untagged and locked groups are passed over, and what lies below locked ones is
  /// looked at: a job of a crashed rmrun inside a job that is still supervised.
  package static func find(below group: GroupDirectory, boot: String) throws(CgroupError) -> [Leftover] {
    var found: [Leftover] = []
    var candidates: [(parent: String, name: String)] = []
    try group.walk(enter: { below throws(CgroupError) in
      if below.name.hasPrefix(GroupName.job("")) {
        candidates.append((String(below.path.dropLast(below.name.utf8.count + 1)), String(below.name)))
      }
    })
    for candidate in candidates where !found.contains(where: { $0.isAbove(candidate.parent) }) {
      guard let parent = try? GroupDirectory(path: candidate.parent) else { continue }
      if let leftover = try Leftover(candidate.name, in: parent, boot: boot) { found.append(leftover) }
    }
    return found
  }

  /// Finds and clears all leftovers below a group, and removes the plain groups that rmrun made for them
  /// where nothing is left in them.
  package static func clear(
    below group: GroupDirectory, boot: String, devices: BlockDevices, until deadline: Instant
  ) throws(CgroupError) -> [Leftover.Outcome] {
    let outcomes = try find(below: group, boot: boot).map { $0.clear(devices: devices, until: deadline) }
    try group.walk(leave: { above, name throws(CgroupError) in
      guard name == GroupName.base || name == GroupName.supervisor else { return }
      do {
        try above.removeChild(name)
      } catch {
        // In use, or another user's: not ours to remove.
      }
    })
    return outcomes
  }
}

extension Leftover {
  /// Whether a directory is this group or lies below it.
  fileprivate func isAbove(_ path: String) -> Bool {
    path == directory.path || path.hasPrefix(directory.path + "/")
  }
}
