import LinuxSystem
import ResourceModel

/// Which processes belong to which job, where no group says it. One look at `/proc` serves all jobs of a supervisor.
///
/// What descends from a job's command is the job's. An orphan comes to this process as its subreaper, and is known again from
/// an earlier look by number and start time, else by the job's identifier in its environment. One that was never seen before
/// and has emptied its environment is the job's where there is one; among several it waits until one is left.
///
/// Children that this process had before its first job (its guardian; those of a shell that was replaced by `exec rmrun`) are
/// strangers, and so is all that descends from them.
final class ProcessCensus {
  private enum Owner: Hashable {
    case job(String)
    case stranger
  }

  /// A process by number and start time: the number alone may be another's by now.
  private struct Entry {
    var startTime: UInt64
    var owner: Owner
  }

  /// What the first look at all processes of this machine took.
  let lookTime: Duration
  private let adoptsOrphans: Bool
  private var entries: [Int32: Entry] = [:]
  private var jobs: [String: Job] = [:]

  private struct Job {
    var command: Int32?
    var found: [ProcessStat] = []
  }

  /// Takes down who is there before the first job. Throws if `/proc` can't be read.
  /// - Parameter adoptsOrphans: whether this process is a subreaper all of whose orphans are its jobs'.
  init(adoptsOrphans: Bool) throws(SystemError) {
    self.adoptsOrphans = adoptsOrphans
    let start = Clock.boottime()
    for process in try ProcessTree.descendants(of: OwnProcess.pid) {
      entries[process.pid] = Entry(startTime: process.startTime, owner: .stranger)
    }
    lookTime = Clock.boottime().since(start)
  }

  /// A child that is no job's, started after the first look.
  func add(stranger pid: Int32) {
    guard let process = try? ProcessStat.read(pid: pid) else { return }
    entries[pid] = Entry(startTime: process.startTime, owner: .stranger)
  }

  func add(job: String) { jobs[job] = Job() }
  func start(_ job: String, command pid: Int32) { jobs[job]?.command = pid }
  func remove(job: String) { jobs[job] = nil }

  /// A job's processes, zombies included, by number, as far as they can be had cheaply: one may be missed now and then.
  func glance(_ job: String) throws(SystemError) -> [ProcessStat] {
    // Those that have ended stay in the books until a look; that is not to become a habit.
    let isCluttered = entries.count > 256 + 4 * jobs.values.reduce(0) { $0 + $1.found.count }
    guard adoptsOrphans, !isCluttered, let listed = ProcessTree.listedDescendants(of: OwnProcess.pid) else {
      return try look(job)
    }
    let owners = owners(among: listed)
    takeDown(listed, owners)
    return lastLook(job)
  }

  /// A job's processes as they are now, zombies included, by number.
  func look(_ job: String) throws(SystemError) -> [ProcessStat] {
    try look()
    // Out of reach of a process that is no subreaper, an orphan is known by its environment alone.
    if !adoptsOrphans, !(jobs[job]?.found.contains { !$0.isZombie } ?? false), try find(marked: job) {
      try look()
    }
    return lastLook(job)
  }

  /// The same, as the last look found them.
  func lastLook(_ job: String) -> [ProcessStat] { jobs[job]?.found ?? [] }

  /// Whether a child that was just reaped belonged to a job. One that was never seen lived from one look to the next.
  func owns(_ job: String, reaped pid: Int32) -> Bool {
    switch entries[pid]?.owner {
    case .job(let owner): owner == job
    case .stranger: false
    case nil: jobs[job]?.command == pid || adoptsOrphans && soleJob == job
    }
  }

  private var soleJob: String? { jobs.count == 1 ? jobs.first?.key : nil }

  private func look() throws(SystemError) {
    let all = try ProcessTree.all()
    let owners = owners(among: all)
    // Keep those that are there, and nobody else: a job may have millions of processes, one after the other.
    entries.removeAll(keepingCapacity: true)
    takeDown(all, owners)
  }

  /// Whose each process is; those that are nobody's are left out.
  private func owners(among all: [ProcessStat]) -> [Int32: Owner] {
    let children = Dictionary(grouping: all, by: \.parentPID)
    var owners: [Int32: Owner] = [:]
    var queue: [ProcessStat] = []
    for process in all {
      guard let owner = ownOwner(of: process) else { continue }
      owners[process.pid] = owner
      queue.append(process)
    }
    var next = 0
    while next < queue.count {
      let parent = queue[next]
      next += 1
      for child in children[parent.pid] ?? [] where owners[child.pid] == nil {
        owners[child.pid] = owners[parent.pid]
        queue.append(child)
      }
    }
    return owners
  }

  private func takeDown(_ processes: [ProcessStat], _ owners: [Int32: Owner]) {
    for job in jobs.keys { jobs[job]?.found.removeAll(keepingCapacity: true) }
    for process in processes.sorted(by: { $0.pid < $1.pid }) {
      guard let owner = owners[process.pid] else { continue }
      entries[process.pid] = Entry(startTime: process.startTime, owner: owner)
      if case .job(let job) = owner { jobs[job]?.found.append(process) }
    }
  }

  /// Whose a process is, whoever its parent is now.
  private func ownOwner(of process: ProcessStat) -> Owner? {
    if let entry = entries[process.pid], entry.startTime == process.startTime {
      guard case .job(let job) = entry.owner, jobs[job] == nil else { return entry.owner }
      return nil
    }
    guard process.parentPID == OwnProcess.pid else { return nil }
    if let job = jobs.first(where: { $0.value.command == process.pid }) { return .job(job.key) }
    if let marker = ProcessTree.environment(JobEnvironment.variable, of: process.pid), jobs[marker] != nil {
      return .job(marker)
    }
    return adoptsOrphans ? soleJob.map { .job($0) } : nil
  }

  /// Takes in what names the job in its environment. Returns whether somebody new was found.
  private func find(marked job: String) throws(SystemError) -> Bool {
    var found = false
    let marker = JobEnvironment.variable + "=" + job
    for pid in try ProcessTree.marked(marker, user: OwnProcess.effectiveUser) where entries[pid] == nil {
      guard let process = try? ProcessStat.read(pid: pid), !process.isZombie else { continue }
      entries[pid] = Entry(startTime: process.startTime, owner: .job(job))
      found = true
    }
    return found
  }
}
