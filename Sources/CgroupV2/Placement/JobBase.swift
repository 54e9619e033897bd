import LinuxSystem
import ResourceModel

/// The place where jobs' groups are made: a plan that was carried out.
package struct JobBase: Sendable {
  /// The plan.
  package let plan: PlacementPlan
  /// The group in which jobs' groups are made.
  package let directory: GroupDirectory
  /// The controllers that jobs' groups have.
  package let controllers: Set<Controller>
  /// The controllers that were asked for and can't be had, with why.
  package let missing: [Controller: Obstacle]

  private let leaf: SupervisorLeaf?

  /// Carries a plan out: moves rmrun's own processes to a leaf if it must be, makes the base, has controllers
  /// handed on. `moving` are the caller and its guardian.
  ///
  /// A controller that is refused after all is in `missing`; throws when there can be no group at all.
  package static func prepare(_ plan: PlacementPlan, moving: Set<Int32>) throws(Obstacle) -> JobBase {
    do {
      guard plan.supervisorLeaf != nil else { return try establish(plan, leaf: nil) }
      let leaf: SupervisorLeaf
      do {
        leaf = try SupervisorLeaf.move(moving.sorted(), in: GroupDirectory(path: plan.base))
      } catch {
        // Groups without controllers can be had all the same.
        return try establish(plan.withoutControllers(Obstacle(error)), leaf: nil)
      }
      return try establish(plan, leaf: leaf)
    } catch {
      throw Obstacle(error)
    }
  }

  /// Another rmrun removes a base that it finds empty: whoever was about to use it makes it anew.
  func remade() throws(CgroupError) -> JobBase { try Self.establish(plan, leaf: leaf) }

  private static func establish(_ plan: PlacementPlan, leaf: SupervisorLeaf?) throws(CgroupError) -> JobBase {
    var missing = plan.missing
    var lost = Set<Controller>()
    func handOn(_ group: GroupDirectory) {
      for step in plan.enable where step.path == group.path {
        let refused = group.handOn(step.controllers.subtracting(lost))
        missing.merge(refused) { first, _ in first }
        lost.formUnion(refused.keys)
      }
    }
    for step in plan.enable where step.path != plan.base {
      handOn(try GroupDirectory(path: step.path))
    }
    let base = try plan.makesBase ? makeBase(above: plan.existing) : GroupDirectory(path: plan.base)
    handOn(base)
    return JobBase(
      plan: plan, directory: base, controllers: plan.controllers.subtracting(lost), missing: missing,
      leaf: leaf)
  }

  private static func makeBase(above path: String) throws(CgroupError) -> GroupDirectory {
    let parent = try GroupDirectory(path: path)
    do {
      try parent.makeChild(GroupName.base)
    } catch  where error.code == .exists {
      // Another rmrun's, in use by both.
    }
    return try parent.child(GroupName.base)
  }

  /// Leaves nothing behind: removes the base if rmrun made it and it is empty, takes controllers back and
  /// moves rmrun back into its group. What others still use stays.
  /// - Parameter moving: rmrun's own processes as they are now: a guardian that was killed has been replaced.
  package func leave(moving own: Set<Int32> = []) {
    if plan.makesBase, let parent = try? GroupDirectory(path: plan.existing) {
      try? parent.removeChild(GroupName.base)
    }
    if let leaf {
      for step in plan.enable { leaf.group.takeBack(step.controllers) }
      leaf.moveBack(with: own)
    }
  }
}

extension PlacementPlan {
  /// The same place, where no controller could be handed on after all.
  fileprivate func withoutControllers(_ cause: Obstacle) -> PlacementPlan {
    var plan = self
    plan.missing.merge(controllers.map { ($0, cause) }) { first, _ in first }
    plan.controllers = []
    plan.enable = []
    plan.supervisorLeaf = nil
    return plan
  }
}
