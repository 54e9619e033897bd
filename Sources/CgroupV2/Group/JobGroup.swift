package import ResourceModel

/// A job's group: `JOB/`, which carries the limits, and `JOB/main`, in which its processes start. A nested
/// rmrun makes its own jobs beside `main`, inside the limits.
///
/// The supervisor holds a lock on the directory for as long as this object lives, and has tagged it: a sweep
/// takes only what is tagged and not locked.
package final class JobGroup: Sendable {
  /// Its name in `parent`: `job-` and the job's id.
  package let name: String
  /// The group in which it was made.
  package let parent: GroupDirectory
  /// The group with the limits: what is metered, frozen, killed.
  package let directory: GroupDirectory
  /// The group to start the command in.
  package let main: GroupDirectory
  /// What became of each limit that was asked for.
  package let limits: [LimitFile: LimitOutcome]
  /// What the group lacks.
  package let degradations: [Degradation]
  /// The open files that signal changes.
  package let alarms: GroupAlarms

  /// What stops it.
  let switches: GroupSwitches
  /// What lists the job's processes again and again.
  package let roll: ProcessRoll

  private let counters: CounterReader
  private let ancestors: AncestorMemory?

  /// What a group can lack, and still hold a job.
  package enum Degradation: Sendable, Hashable {
    /// The file system takes no lock: a sweep goes by the supervisor that the tag names, alone.
    case notLocked(Obstacle)
    /// It takes no extended attribute: a sweep won't find the group, and a nested rmrun won't know it.
    case notTagged(Obstacle)
  }

  /// Sets up a group that was just made; `JobGroup.make` removes it when this throws.
  init(
    settingUp directory: GroupDirectory, named name: String, in parent: GroupDirectory, tag: JobTag,
    limits: GroupLimits, host: CgroupHost, devices: BlockDevices
  ) throws(CgroupError) {
    (self.name, self.parent, self.directory) = (name, parent, directory)
    // The lock before the tag: a sweep that comes in between finds no tag, and leaves the group alone.
    degradations = [try directory.lock(), directory.tag(tag)].compactMap { $0 }
    self.limits = directory.set(limits)
    try directory.makeChild(GroupName.main)
    main = try directory.child(GroupName.main)
    alarms = try GroupAlarms(of: directory)
    switches = GroupSwitches(of: directory)
    roll = ProcessRoll(of: directory, main: main)
    counters = CounterReader(of: directory, devices: devices)
    ancestors =
      alarms.memoryDescriptor == nil ? nil : AncestorMemory(from: parent, upTo: host.mount.mountPoint)
  }

  /// Reads counters of the group with all groups below. Final ones are read when nothing lives in it any
  /// more, and before it is removed.
  package func readCounters(
    _ selection: GroupCounters.Selection = .cheap
  ) throws(CgroupError) -> GroupCounters {
    try counters.read(selection)
  }

  /// Whose memory limit processes of the job were killed for; nil when none was. To be asked when nothing
  /// lives in the group any more, as the kernel counts a kill when it begins and lists the victims for some
  /// time after.
  package func oomVerdict() throws(CgroupError) -> OOMVerdict? {
    let events = try readCounters(.memoryEvents)
    guard let ancestors, let hierarchical = events.memoryEvents else { return nil }
    return ancestors.verdict(hierarchical: hierarchical, local: events.memoryEventsLocal)
  }

  /// Changes the limits while the job runs.
  package func resize(_ limits: GroupLimits) throws(CgroupError) -> [LimitFile: LimitOutcome] {
    try directory.resize(limits)
  }

  /// Removes the group with `main` and all groups that the job made. It must hold no process any more.
  package func remove(until deadline: Instant) throws(CgroupError) {
    // As a rule that is all there is below, and then no listing is needed.
    try? directory.removeChild(GroupName.main)
    try parent.removeTree(name, until: deadline)
  }
}
