import LinuxSystem
import ResourceModel

extension JobGroup {
  /// Makes the group of a job in a base, with all its limits set, before anything can run in it.
  ///
  /// Throws `.invalid` for an id that can't be a name, `.exists` when there is a group of that name, and
  /// whatever else stands in the way; nothing is left then. A limit that can't be set is no error: `limits`
  /// says what became of each.
  package static func make(
    _ tag: JobTag, in base: JobBase, limits: GroupLimits, host: CgroupHost, devices: BlockDevices
  ) throws(CgroupError) -> JobGroup {
    guard JobTag.isValid(job: tag.job) else {
      throw CgroupError(.invalid, "make a group for the job", path: tag.job, detail: "not \(JobTag.idForm)")
    }
    let name = GroupName.job(tag.job)
    var base = base
    for _ in 0..<attempts {
      do {
        return try make(name, below: base.directory, tag: tag, limits: limits, host: host, devices: devices)
      } catch  where error.code == .vanished && base.plan.makesBase {
        base = try base.remade()
      }
    }
    return try make(name, below: base.directory, tag: tag, limits: limits, host: host, devices: devices)
  }

  /// How often a base that others removed meanwhile is made anew.
  private static let attempts = 8

  private static func make(
    _ name: String, below parent: GroupDirectory, tag: JobTag, limits: GroupLimits, host: CgroupHost,
    devices: BlockDevices
  ) throws(CgroupError) -> JobGroup {
    try parent.makeChild(name)
    do {
      return try JobGroup(
        settingUp: try parent.child(name), named: name, in: parent, tag: tag, limits: limits, host: host,
        devices: devices)
    } catch {
      try? parent.removeTree(name, until: Clock.boottime())
      throw error
    }
  }
}

extension GroupDirectory {
  /// Locks the directory for as long as this object lives. Returns what is lacking then. Throws `.vanished`
  /// when another has the lock: a sweep, which takes the group for a leftover and removes it.
  func lock() throws(CgroupError) -> JobGroup.Degradation? {
    let isLocked: Bool
    do {
      isLocked = try descriptor.lockExclusively()
    } catch {
      return .notLocked(Obstacle(CgroupError(error, "lock", path: path)))
    }
    guard isLocked else { throw CgroupError(.vanished, "lock the group", path: path) }
    return nil
  }

  /// Tags the directory. Returns what is lacking then.
  func tag(_ tag: JobTag) -> JobGroup.Degradation? {
    do {
      _ = try descriptor.setAttribute(Self.jobAttribute, tag.bytes)
      return nil
    } catch {
      return .notTagged(Obstacle(CgroupError(error, "tag", path: path)))
    }
  }
}
