import LinuxSystem

extension GroupDirectory {
  /// Walks over all groups below: calls `enter` with each on the way down, and `leave` with the group above
  /// and the name once all that lay below it has been left.
  ///
  /// Two descriptors suffice, however deep a job nests its groups: the way up is `..`, which can't lead
  /// elsewhere, as cgroup v2 knows no renaming of groups. Groups that vanish on the way, or that may not be
  /// looked into, are passed over. The walk sees what was there when each group was listed: callers that must
  /// reach all freeze first or walk again.
  func walk(
    enter: (GroupDirectory) throws(CgroupError) -> Void = { _ in },
    leave: (GroupDirectory, String) throws(CgroupError) -> Void = { _, _ in }
  ) throws(CgroupError) {
    var current = self
    var pending = [try childNames()]
    var names: [String] = []
    while true {
      if let name = pending[pending.count - 1].popLast() {
        guard let below = try current.enterable(name) else { continue }
        current = below
        names.append(name)
        try enter(below)
        pending.append(try below.childNamesIfAny())
      } else {
        guard let name = names.popLast() else { return }
        pending.removeLast()
        current = try current.above(name)
        try leave(current, name)
      }
    }
  }

  private func enterable(_ name: String) throws(CgroupError) -> GroupDirectory? {
    do {
      return try child(name)
    } catch  where error.code == .vanished || error.code == .notPermitted {
      return nil
    }
  }

  private func childNamesIfAny() throws(CgroupError) -> [String] {
    do {
      return try childNames()
    } catch  where error.code == .vanished {
      return []
    }
  }

  /// The group above this one, which was entered as `name`.
  private func above(_ name: String) throws(CgroupError) -> GroupDirectory {
    let pathAbove = String(path.dropLast(name.utf8.count + 1))
    do {
      return GroupDirectory(owning: try descriptor.open("..", [.readOnly, .directory]), path: pathAbove)
    } catch {
      throw CgroupError(error, "go back up to the group", path: pathAbove)
    }
  }
}
