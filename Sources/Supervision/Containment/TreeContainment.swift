import CgroupPrograms
import LinuxSystem
import ResourceModel

/// A job on a host where no group can be made: the command and its descendants, found by walking the process tree.
///
/// What a walk can miss is a process that is born and dies, or forks and is orphaned, between two looks: therefore signals are
/// sent in rounds until a walk finds nobody new, SIGKILL comes after all have been stopped, and everything is marked `polled`.
final class TreeContainment: Containment {
  private let id: String
  private let census: ProcessCensus
  private let backstop: ProcessBackstop
  private var command: Int32?
  private var reapedUser: Duration = .zero
  private var reapedSystem: Duration = .zero
  private(set) var enforcement: [Feature: Mechanism]
  private(set) var degradations: [String]

  /// - Parameters:
  ///   - cause: why no group could be made, for the report.
  ///   - census: that of the supervisor, for all its jobs.
  init(id: String, limits: JobLimits, cause: String, census: ProcessCensus, backstop: ProcessBackstop) {
    self.id = id
    self.census = census
    self.backstop = backstop
    let features = limits.features.union([.cgroup, .kill, .freeze])
    enforcement = Dictionary(uniqueKeysWithValues: features.map { ($0, $0.mechanismWithoutKernel) })
    let unheld = enforcement.filter { $0.value == .unavailable && $0.key != .cgroup }.keys.sorted()
    degradations =
      ["the job has no group of its own (\(cause)): its processes are found by walking the process tree"]
      + unheld.map { "\($0.rawValue) can't be held here: \(cause); `rmrun doctor` says more" }
    census.add(job: id)
  }

  /// Adds to what is not as it should be.
  func note(_ degradation: String) { degradations.append(degradation) }

  /// A kill looks at least three times: until nobody new is found to stop, and whom to kill. The machine may grow fuller.
  var groupPath: String? { nil }
  var delay: Duration { census.lookTime * 6 }
  var eventDescriptor: Int32? { nil }

  func prepare(_ request: inout SpawnRequest) { backstop.add(to: &request) }

  func register(with guardian: borrowing Guardian, id number: UInt64) throws(SystemError) {
    census.add(stranger: guardian.pid)
    try guardian.watch(id: number, marker: JobEnvironment.variable + "=" + id)
  }

  func adopt(command pid: Int32) {
    command = pid
    census.start(id, command: pid)
  }

  func noteReaped(_ end: ChildEnd) {
    guard census.owns(id, reaped: end.pid) else { return }
    reapedUser += end.userTime
    reapedSystem += end.systemTime
  }

  /// As long as the command lives nobody else has to be looked for.
  func isPopulated() throws -> Bool {
    if let command, let process = try? ProcessStat.read(pid: command), process.parentPID == OwnProcess.pid,
      !process.isZombie
    {
      return true
    }
    return try !living().isEmpty
  }

  /// As the last counters found them.
  func processes() throws -> [Int32] { census.lastLook(id).filter { !$0.isZombie }.map(\.pid) }

  func cpuTime() -> UInt64? { nil }

  func traffic() -> Usage { Usage() }
  func latency() -> NetworkLatency? { nil }
  func allow(_ allowance: NetworkAllowance) {}
  func refusedDestinations() -> NetworkRefusals? { nil }
  var refusals: NetworkTraffic.Refusals { NetworkTraffic.Refusals() }

  /// What those that were reaped used, here or by a parent that lives, and what the living used by their own clocks.
  ///
  /// A child that its parent waits for moves from its own clock to the parent's count of children. The clocks are read after
  /// all counts, so it may be missed in one reading and is never counted twice: the usage that a job pays for never goes back.
  func counters(final: Bool) throws -> Usage {
    let found = try final ? census.look(id) : census.glance(id)
    let user = found.reduce(reapedUser) { $0 + $1.userTime + $1.childrenUserTime }
    let system = found.reduce(reapedSystem) { $0 + $1.systemTime + $1.childrenSystemTime }
    let total = found.reduce(reapedUser + reapedSystem) { sum, process in
      let own = ProcessClock.cpuTime(pid: process.pid) ?? .zero
      return sum + own + process.childrenUserTime + process.childrenSystemTime
    }
    var usage = Usage()
    usage.cpuUserTime = UInt64(clamping: user.microseconds)
    usage.cpuSystemTime = UInt64(clamping: system.microseconds)
    usage.cpuTime = UInt64(clamping: total.microseconds)
    usage.processes = found.reduce(UInt64(0)) { $1.isZombie ? $0 : $0 + UInt64(max(1, $1.threads)) }
    return usage
  }

  func signalAll(_ signal: Signal) throws {
    try eachRound { process in
      Self.send(signal, to: process)
      Self.send(.resume, to: process)
    }
  }

  func freeze() throws { try eachRound { Self.send(.stop, to: $0) } }

  func thaw() throws { for process in try living() { Self.send(.resume, to: process) } }

  /// All are stopped first: what is stopped can't fork, and keeps its place below a limit on processes, which others would
  /// fork into at once.
  func kill() throws {
    try freeze()
    for process in try living() { Self.send(.kill, to: process) }
  }

  func resize(from old: JobLimits, to new: JobLimits) throws {
    for feature in new.changes(from: old) where feature.mechanismWithoutKernel == .unavailable {
      throw SupervisionError(
        .refused, "\(feature.rawValue) can't be held here: the job has no group of its own")
    }
    for feature in new.features { enforcement[feature] = feature.mechanismWithoutKernel }
  }

  func memoryVerdict() -> TerminationReason? { nil }

  func remove() -> Bool {
    census.remove(job: id)
    return true
  }

  private func living() throws(SystemError) -> [ProcessStat] { try census.look(id).filter { !$0.isZombie } }

  /// Walks until a walk finds nobody who was not there before; at most sixteen times, the next look goes on.
  private func eachRound(_ act: (ProcessStat) -> Void) throws {
    var seen = Set<Int32>()
    for _ in 0..<16 {
      let fresh = try living().filter { seen.insert($0.pid).inserted }
      if fresh.isEmpty { return }
      fresh.forEach(act)
    }
  }

  /// To the very process that was seen, not to another that was given its number. One that is gone needs no signal.
  private static func send(_ signal: Signal, to process: ProcessStat) {
    guard let descriptor = try? ProcessControl.open(pid: process.pid),
      let now = try? ProcessStat.read(pid: process.pid), now.startTime == process.startTime
    else { return }
    try? ProcessControl.send(signal, toPidfd: descriptor.rawValue)
  }
}

extension Signal {
  /// SIGSTOP: it can't be caught or ignored.
  static let stop = Signal(number: 19)
}
