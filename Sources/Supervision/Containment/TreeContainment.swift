import LinuxSystem
import ResourceModel

/// A job on a host where no group can be made: the command and its descendants, found by walking the process tree.
///
/// This process is their subreaper, so an orphan comes to it instead of leaving the tree, and every process of the job is a
/// descendant that is no other child of this process. What the walk can miss is a process that is born and dies, or forks and
/// is orphaned, between two looks: therefore signals are sent in rounds until a walk finds nobody new, and all is marked
/// `polled`.
final class TreeContainment: Containment {
  private let marker: String
  private var command: Int32 = 0
  /// Whether every orphan that comes to this process belongs to a job; but not its guardian.
  private let adoptsOrphans: Bool
  private let others: Set<Int32>
  /// Every process that was ever seen in the tree, with its start time, so that it is known again as an orphan.
  private var known: [Int32: UInt64] = [:]
  private var reapedUser: Duration = .zero
  private var reapedSystem: Duration = .zero
  let enforcement: [Feature: Mechanism]
  let degradations: [String]

  /// - Parameters:
  ///   - cause: why no group could be made, for the report.
  ///   - adoptsOrphans: whether every orphan that comes to this process belongs to its jobs.
  ///   - others: children of this process that are no job's.
  init(id: String, limits: JobLimits, cause: String, adoptsOrphans: Bool, others: Set<Int32>) {
    self.adoptsOrphans = adoptsOrphans
    self.others = others
    marker = JobEnvironment.variable + "=" + id
    var enforcement: [Feature: Mechanism] = [.cgroup: .unavailable, .kill: .polled, .freeze: .polled]
    if limits.memoryMax != .unlimited { enforcement[.memoryMax] = .polled }
    if limits.pidsMax != .unlimited { enforcement[.pidsMax] = .polled }
    if limits.cpuMax != .unlimited { enforcement[.cpuMax] = .unavailable }
    if limits.memoryHigh != .unlimited { enforcement[.memoryHigh] = .unavailable }
    if limits.cpusetCPUs != nil { enforcement[.cpusetCPUs] = .unavailable }
    if limits.cpusetMems != nil { enforcement[.cpusetMems] = .unavailable }
    if !limits.ioMax.isEmpty { enforcement[.ioMax] = .unavailable }
    self.enforcement = enforcement
    degradations = ["the job has no group of its own (\(cause)): its processes are found by walking the process tree"]
  }

  var spawnGroup: Int32? { nil }
  var eventDescriptor: Int32? { nil }

  func register(with guardian: borrowing Guardian, id: UInt64) throws(SystemError) {
    try guardian.watch(id: id, marker: marker)
  }

  func adopt(command pid: Int32) { command = pid }

  func noteReaped(_ end: ChildEnd) {
    reapedUser += end.userTime
    reapedSystem += end.systemTime
  }

  func isPopulated() throws -> Bool { try !members().isEmpty }

  func processes() throws -> [Int32] { try members().map(\.pid) }

  func counters(final: Bool) throws -> Usage {
    var usage = Usage()
    let members = final ? [] : try members()
    let user = members.reduce(reapedUser) { $0 + $1.userTime + $1.childrenUserTime }
    let system = members.reduce(reapedSystem) { $0 + $1.systemTime + $1.childrenSystemTime }
    usage.cpuUserTime = UInt64(clamping: user.microseconds)
    usage.cpuSystemTime = UInt64(clamping: system.microseconds)
    usage.cpuTime = UInt64(clamping: (user + system).microseconds)
    usage.processes = members.reduce(UInt64(0)) { $0 + UInt64(max(1, $1.threads)) }
    return usage
  }

  func signalAll(_ signal: Signal) throws {
    try eachRound { pid in
      try? ProcessControl.send(signal, to: pid)
      try? ProcessControl.send(.resume, to: pid)
    }
  }

  func freeze() throws { try eachRound { try? ProcessControl.send(Signal(number: 19), to: $0) } }

  func thaw() throws { for member in try members() { try? ProcessControl.send(.resume, to: member.pid) } }

  func kill() throws { try eachRound { try? ProcessControl.send(.kill, to: $0) } }

  func resize(_ limits: JobLimits) throws {}

  func memoryVerdict() -> TerminationReason? { nil }

  func remove() -> Bool { true }

  /// Walks until a walk finds nobody who was not there before; at most sixteen times, the next look goes on.
  private func eachRound(_ act: (Int32) -> Void) throws {
    var seen = Set<Int32>()
    for _ in 0..<16 {
      let fresh = try members().map(\.pid).filter { seen.insert($0).inserted }
      if fresh.isEmpty { return }
      fresh.forEach(act)
    }
  }

  /// The job's living processes: the command's descendants, and the orphans that came to this process and are the job's.
  private func members() throws -> [ProcessStat] {
    let all = try ProcessTree.all()
    let roots = all.filter { $0.pid == command || $0.parentPID == OwnProcess.pid && isOwnOrphan($0) }
    var found: [Int32: ProcessStat] = [:]
    for root in roots {
      found[root.pid] = root
      for below in ProcessTree.descendants(of: root.pid, among: all) { found[below.pid] = below }
    }
    for member in found.values { known[member.pid] = member.startTime }
    return found.values.filter { !$0.isZombie }.sorted { $0.pid < $1.pid }
  }

  /// Known from an earlier look, or marked; one that has emptied its environment is taken in where all orphans are jobs'.
  private func isOwnOrphan(_ process: ProcessStat) -> Bool {
    if known[process.pid] == process.startTime { return true }
    guard let id = ProcessTree.environment(JobEnvironment.variable, of: process.pid) else {
      return adoptsOrphans && !others.contains(process.pid)
    }
    return JobEnvironment.variable + "=" + id == marker
  }
}
