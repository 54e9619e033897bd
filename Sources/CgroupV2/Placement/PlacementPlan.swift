/// Where jobs' groups will be made, and what has to be done first. Made by `PlacementPlan.below`, which is
/// pure, and carried out by `JobBase`.
package struct PlacementPlan: Sendable, Hashable {
  /// The directory in which each job's group is made.
  package var base: String
  /// Whether `base` is a plain group that rmrun makes on demand, and removes when it is empty.
  package var makesBase: Bool
  /// The leaf group that rmrun itself must move to before controllers can be handed on; nil when it may stay.
  package var supervisorLeaf: String?
  /// The groups that must hand controllers on, from the top down, with what they don't hand on yet.
  package var enable: [Enabling]
  /// The controllers that jobs' groups will have.
  package var controllers: Set<Controller>
  /// The controllers that were asked for and can't be had, with why.
  package var missing: [Controller: Obstacle]

  /// The group that is there before anything is made: `base`, or the one above a base that rmrun makes.
  package var existing: String { makesBase ? String(base.dropLast(GroupName.base.utf8.count + 1)) : base }

  /// One group that must hand controllers on.
  package struct Enabling: Sendable, Hashable {
    /// The group's directory.
    package var path: String
    /// What is switched on in its `cgroup.subtree_control`.
    package var controllers: Set<Controller>
  }
}

extension PlacementPlan {
  /// Chooses the place below the caller's own group.
  ///
  /// Jobs never go up the tree by themselves: else a job would escape the limits that its caller is under.
  /// The rules, the first that fits:
  /// 1. The caller is inside a job of an outer rmrun, or is a supervisor that has moved before: beside its
  ///    own group, in the group above, which is rmrun's and holds no process of its own.
  /// 2. The own group is the real root of the hierarchy, where processes and controllers get along: `rmrun`
  ///    below it.
  /// 3. No controller is needed, or none is to be had: `rmrun` below the own group, which hands nothing on.
  /// 4. Nobody else lives in the own group: rmrun moves to a leaf, and the own group hands the controllers
  ///    on.
  /// 5. Others live there: as 3, and each controller is in `missing` with that cause. Whoever must have them
  ///    starts anew in a group of its own.
  ///
  /// `parent` is the group above `own`, looked at only where `own` bears one of rmrun's names. `needed` is
  /// what limits and meters want. `absence` says why a controller that a group was not given is missing.
  /// Throws when no group can be made at all.
  package static func below(
    _ own: GroupFacts, parent: GroupFacts?, needed: Set<Controller>,
    absence: (Controller, GroupFacts) -> Obstacle
  ) throws(Obstacle) -> PlacementPlan {
    if let parent, own.isBesideJobs(of: parent) {
      return try within(parent, needed: needed, absence: absence)
    }
    if let obstacle = own.obstacle { throw obstacle }
    let usable = needed.intersection(own.available)
    var plan = PlacementPlan(
      base: own.path + "/" + GroupName.base, makesBase: true, supervisorLeaf: nil, enable: [],
      controllers: [],
      missing: own.missing(needed, absence))
    if usable.isEmpty { return plan }
    if own.isHierarchyRoot {
      plan.controllers = usable
      plan.enable = own.enabling(usable) + [Enabling(path: plan.base, controllers: usable)]
    } else if own.otherProcesses > 0 {
      let cause = Obstacle.otherProcesses(path: own.path, count: own.otherProcesses)
      plan.missing.merge(usable.map { ($0, cause) }) { first, _ in first }
    } else {
      plan.base = own.path
      plan.makesBase = false
      plan.supervisorLeaf = own.path + "/" + GroupName.supervisor
      plan.controllers = usable
      plan.enable = own.enabling(usable)
    }
    return plan
  }

  /// Takes a group that holds no process of its own as the base: one above that is rmrun's, or the one that
  /// the user named (`--cgroup-parent`). With processes in it, it hands no controllers on, and each is in
  /// `missing`.
  package static func within(
    _ group: GroupFacts, needed: Set<Controller>, absence: (Controller, GroupFacts) -> Obstacle
  ) throws(Obstacle) -> PlacementPlan {
    if let obstacle = group.obstacle { throw obstacle }
    var plan = PlacementPlan(
      base: group.path, makesBase: false, supervisorLeaf: nil, enable: [], controllers: [],
      missing: group.missing(needed, absence))
    let usable = needed.intersection(group.available)
    if group.otherProcesses > 0, !group.isHierarchyRoot {
      let cause = Obstacle.otherProcesses(path: group.path, count: group.otherProcesses)
      plan.missing.merge(usable.map { ($0, cause) }) { first, _ in first }
    } else {
      plan.controllers = usable
      plan.enable = group.enabling(usable)
    }
    return plan
  }
}

extension GroupFacts {
  /// Whether jobs belong beside this group: it is the `main` of a job or a supervisor's leaf, by name and by
  /// mark.
  fileprivate func isBesideJobs(of parent: GroupFacts) -> Bool {
    let name = path.split(separator: "/").last.map(String.init)
    return (name == GroupName.main && parent.mark == .job)
      || (name == GroupName.supervisor && mark == .supervisor)
  }

  fileprivate func missing(
    _ needed: Set<Controller>, _ absence: (Controller, GroupFacts) -> Obstacle
  ) -> [Controller: Obstacle] {
    Dictionary(uniqueKeysWithValues: needed.subtracting(available).map { ($0, absence($0, self)) })
  }

  fileprivate func enabling(_ usable: Set<Controller>) -> [PlacementPlan.Enabling] {
    let lacking = usable.subtracting(enabled)
    return lacking.isEmpty ? [] : [PlacementPlan.Enabling(path: path, controllers: lacking)]
  }
}
