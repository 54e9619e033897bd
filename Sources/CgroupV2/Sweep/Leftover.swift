import LinuxSystem
package import ResourceModel

/// A job's group whose supervisor is dead: tagged as rmrun's, locked by nobody, of this boot.
///
/// It is locked for as long as this object lives, so that no two sweeps take the same group.
package final class Leftover: Sendable {
  /// Its tag.
  package let tag: JobTag
  /// The group.
  package let directory: GroupDirectory
  private let parent: GroupDirectory
  private let name: String

  /// What became of a leftover.
  package struct Outcome: Sendable {
    /// Its tag.
    package let tag: JobTag
    /// Its directory.
    package let path: String
    /// What it had used when nothing lived in it any more; nil when it could not be read.
    package let counters: GroupCounters?
    /// Why it is still there; nil when it was removed.
    package let failure: CgroupError?
  }

  /// Takes the group if it is a leftover; nil for others' groups, for those of living supervisors, and for
  /// other boots'.
  ///
  /// The lock decides. Where the file system takes none, the supervisor named in the tag does; it is also
  /// asked where the lock is free, for supervisors that could not get one.
  init?(_ name: String, in parent: GroupDirectory, boot: String) throws(CgroupError) {
    let directory: GroupDirectory
    do {
      directory = try parent.child(name)
    } catch  where error.code == .vanished || error.code == .notPermitted {
      return nil
    }
    guard let value = (try? directory.descriptor.attribute(GroupDirectory.jobAttribute)) ?? nil,
      let tag = try? JobTag(parsing: value), tag.boot == boot, !tag.isSupervisorAlive,
      (try? directory.descriptor.lockExclusively()) ?? true
    else { return nil }
    (self.tag, self.directory, self.parent, self.name) = (tag, directory, parent, name)
  }

  /// The leftover at a path; nil if there is none (any more), and for everything that the other initialiser passes over.
  package convenience init?(path: String, boot: String) throws(CgroupError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    guard let parent = try? GroupDirectory(path: String(path[..<slash])) else { return nil }
    try self.init(String(path[path.index(after: slash)...]), in: parent, boot: boot)
  }

  /// Whether somebody holds the group at a path: the supervisor while it lives, then its guardian until it has ended the job.
  package static func isHeld(_ path: String) -> Bool {
    guard let directory = try? GroupDirectory(path: path) else { return false }
    return (try? directory.descriptor.lockExclusively()) == false
  }

  /// Kills what lives in it, jobs of an rmrun inside it too, which must not outlive it, and reads its final counters. Stops at
  /// the deadline on `Clock.boottime`.
  package func end(devices: BlockDevices, until deadline: Instant) throws(CgroupError) -> GroupCounters {
    try directory.kill(until: deadline)
    guard try directory.waitUntilEmpty(until: deadline) else {
      throw CgroupError(.timedOut, "kill what is left in the group", path: directory.path)
    }
    return try CounterReader(of: directory, devices: devices).read(.all)
  }

  /// Removes it, once it has ended, with all groups below.
  package func remove(until deadline: Instant) throws(CgroupError) {
    try parent.removeTree(name, until: deadline)
  }

  /// Ends and removes it. Stops at the deadline on `Clock.boottime`.
  package func clear(devices: BlockDevices, until deadline: Instant) -> Outcome {
    var counters: GroupCounters?
    do throws(CgroupError) {
      counters = try end(devices: devices, until: deadline)
      try remove(until: deadline)
      return Outcome(tag: tag, path: directory.path, counters: counters, failure: nil)
    } catch  where error.code == .vanished {
      return Outcome(tag: tag, path: directory.path, counters: counters, failure: nil)
    } catch {
      return Outcome(tag: tag, path: directory.path, counters: counters, failure: error)
    }
  }
}

extension JobTag {
  /// Whether the process that tagged the group is alive: the same number, started at the same time.
  fileprivate var isSupervisorAlive: Bool {
    guard let process = try? ProcessStat.read(pid: supervisor) else { return false }
    return process.startTime == supervisorStart && !process.isZombie
  }
}
