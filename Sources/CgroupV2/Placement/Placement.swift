import LinuxSystem

/// Chooses the place for jobs on this host.
package struct Placement: Sendable, Hashable {
  /// What this host offers.
  package var host: CgroupHost
  /// The processes of rmrun itself, which may be moved: the caller, its guardian.
  package var ownProcesses: Set<Int32>
  /// The group that the user named (`--cgroup-parent`); nil: below the caller's own.
  package var namedParent: String?

  /// Makes it.
  package init(host: CgroupHost, ownProcesses: Set<Int32>, namedParent: String? = nil) {
    (self.host, self.ownProcesses, self.namedParent) = (host, ownProcesses, namedParent)
  }

  /// The plan for jobs whose limits and meters want the controllers `needed`. Changes nothing. Throws the
  /// obstacle when no group can be made; controllers that can't be had are in the plan's `missing`.
  package func plan(needed: Set<Controller>) throws(Obstacle) -> PlacementPlan {
    if let namedParent {
      let group = try NamedGroup.open(namedParent, in: host.mount)
      return try PlacementPlan.within(try facts(of: group), needed: needed, absence: host.absence)
    }
    let own = try facts(of: try open(host.ownGroup))
    return try PlacementPlan.below(own, parent: try parent(of: own), needed: needed, absence: host.absence)
  }

  /// The group above, which matters only where the own group bears one of rmrun's names.
  private func parent(of own: GroupFacts) throws(Obstacle) -> GroupFacts? {
    guard own.path != host.mount.mountPoint, let slash = own.path.lastIndex(of: "/"),
      [GroupName.main, GroupName.supervisor].contains(String(own.path[slash...].dropFirst()))
    else { return nil }
    return try facts(of: try open(String(own.path[..<slash])))
  }

  private func open(_ path: String) throws(Obstacle) -> GroupDirectory {
    do {
      let group = try GroupDirectory(path: path)
      guard try group.descriptor.fileSystemType() == CgroupHost.fileSystemType else {
        throw Obstacle.notAGroup(path: path)
      }
      return group
    } catch let obstacle as Obstacle {
      throw obstacle
    } catch {
      throw .refused(path: path, reason: "\(error)")
    }
  }

  private func facts(of group: GroupDirectory) throws(Obstacle) -> GroupFacts {
    do {
      return try GroupFacts.of(group, own: ownProcesses)
    } catch {
      throw Obstacle(error)
    }
  }
}

extension Obstacle {
  /// A failed operation as an obstacle.
  init(_ error: CgroupError) {
    switch error.code {
    case .notPermitted: self = .notPermitted(path: error.path)
    case .vanished: self = .fileMissing(path: error.path)
    default: self = .refused(path: error.path, reason: error.underlying.map { "\($0)" } ?? error.description)
    }
  }
}
