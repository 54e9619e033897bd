import CgroupV2
import LinuxSystem
import ResourceModel

/// The place where jobs' groups are made on this host, chosen once and prepared when the first job needs it.
final class GroupPlace {
  let host: CgroupHost
  let devices = BlockDevices()
  private let cgroupParent: String?
  private var bases: [Set<Controller>: JobBase] = [:]

  /// Looks for cgroup v2. Throws the obstacle where no group can be made at all.
  init(cgroupParent: String?) throws(Obstacle) {
    host = try CgroupHost.discover()
    self.cgroupParent = cgroupParent
  }

  /// The most memory that the groups above leave to jobs; nil where none of them limits it.
  var memoryCeiling: ByteCount? {
    let named = cgroupParent.flatMap { try? NamedGroup.open($0, in: host.mount) }
    return MemoryCeiling.of(named?.path ?? host.ownGroup, in: host)
  }

  /// What would be done to have these controllers. Changes nothing.
  func plan(_ needed: Set<Controller>, own: Set<Int32>) throws(Obstacle) -> PlacementPlan {
    try Placement(host: host, ownProcesses: own, namedParent: cgroupParent).plan(needed: needed)
  }

  /// The group below which jobs with these needs are made.
  /// - Parameters:
  ///   - own: rmrun's own processes, which move to a leaf where the no-internal-process rule asks for it.
  ///   - announcing: told of the group in which something is going to be made, before it is.
  func base(
    for needed: Set<Controller>, own: Set<Int32>, announcing: (GroupDirectory) -> Void
  ) throws(Obstacle) -> JobBase {
    let known = bases[needed]
    let plan = if let known { known.plan } else { try self.plan(needed, own: own) }
    if let existing = try? GroupDirectory(path: plan.existing) { announcing(existing) }
    if let known { return known }
    let base = try JobBase.prepare(plan, moving: own)
    bases[needed] = base
    return base
  }

  /// The group below which this user's jobs lie: the named one; else the own group, or the one above it where jobs are made
  /// beside it.
  func sweepRoot() throws(Obstacle) -> GroupDirectory {
    let plan = try plan([], own: [OwnProcess.pid])
    do {
      return try GroupDirectory(path: plan.makesBase ? host.ownGroup : plan.base)
    } catch {
      throw .refused(path: error.path, reason: error.description)
    }
  }

  /// Undoes what was prepared, where nobody else uses it. Call it when no job is left.
  /// - Parameter own: rmrun's own processes as they are now.
  func leave(moving own: Set<Int32>) {
    for base in bases.values { base.leave(moving: own) }
    bases = [:]
  }
}
