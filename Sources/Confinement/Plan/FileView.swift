import LinuxSystem
import ResourceModel

/// The files that a job sees, for which its paths are looked up.
struct FileView {
  var plan: MountPlan
  /// The working directory as the job will find it.
  var directory: String
  /// What it leaves open.
  var degradation: String?

  init(
    _ confinement: JobConfinement, _ namespaces: Set<Namespace>, directory: String?,
    hidden: SupervisorPlaces
  ) throws(ConfinementError) {
    do {
      plan = MountPlan(
        temporarySpace: confinement.temporarySpace.bytes, hasOwnProcesses: namespaces.contains(.pid),
        hasOwnGroups: namespaces.contains(.cgroup),
        mounts: try MountInfo.current())
      plan.runtime = RuntimeFiles.current(resolvesNames: !namespaces.contains(.net))
      plan.writable = try Self.paths(confinement.writable)
      plan.readable = try Self.paths(confinement.readable)
      let start = try Self.start(directory)
      self.directory = start
      // Where it was started is where it starts, be it below a /tmp that it does not see.
      if plan.hides(start), !plan.covered.contains(start), !plan.isShown(start) {
        plan.readable.append(MountPlan.PlannedPath(path: start, isDirectory: true))
      }
      plan.hidden = hidden.covered(in: plan, start: start)
      degradation = hidden.degradation(in: plan, start: start)
      for file in plan.runtime.files where !plan.isShown(file) {
        plan.readable.append(MountPlan.PlannedPath(path: file, isDirectory: false))
      }
    } catch let error as ConfinementError {
      throw error
    } catch {
      throw ConfinementError(.badRequest, "--read, --write: \(error)")
    }
    // The devices take some of what can be kept.
    guard plan.writable.count + plan.readable.count <= MountStep.slots - 16 else {
      throw ConfinementError(
        .badRequest, "--read and --write name more than \(MountStep.slots - 16) paths: name directories")
    }
  }

  private static func start(_ directory: String?) throws(ConfinementError) -> String {
    do {
      return try RealPath.of(directory ?? ".")
    } catch {
      throw ConfinementError(
        .badRequest,
        "--isolate mount: the working directory can't be found again inside: \(error); give one by --chdir")
    }
  }

  private static func paths(_ names: [String]) throws -> [MountPlan.PlannedPath] {
    try names.map { name in
      let path = try RealPath.of(name)
      return MountPlan.PlannedPath(path: path, isDirectory: try FileStatus.of(path).kind == .directory)
    }
  }
}
