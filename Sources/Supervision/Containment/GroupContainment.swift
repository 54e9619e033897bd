import CgroupPrograms
import CgroupV2
import LinuxSystem
import ResourceModel

/// A job in a cgroup v2 group of its own.
final class GroupContainment: Containment {
  private let group: JobGroup
  private let place: GroupPlace
  private let controllers: Set<Controller>
  /// Who counts its traffic; nil: nobody.
  private var network: NetworkMeter?
  /// Who holds it to its destinations; nil: nobody.
  private var destinations: DestinationControl?
  /// Who times its connections; nil: nobody.
  private var latencies: LatencyMeter?
  private(set) var refusals = NetworkTraffic.Refusals()
  private(set) var enforcement: [Feature: Mechanism] = [:]
  private var ownDegradations: [String]
  /// How long a freeze, or a kill by walking, may keep the event loop waiting.
  private static let patience: Duration = .milliseconds(200)
  /// How long a group that is empty may still be busy, until it is left to the sweep.
  private static let removalPatience: Duration = .seconds(5)

  /// Makes the group below `base`, locked, tagged and with its limits. On failure nothing is left; a `CgroupError` says that
  /// the group could not be made.
  init(
    id: String, limits: JobLimits, groupLimits: GroupLimits, base: JobBase, place: GroupPlace
  ) throws {
    self.place = place
    controllers = base.controllers
    do {
      let pid = OwnProcess.pid
      let tag = JobTag(
        job: id, boot: try Host.bootID(), supervisor: pid,
        supervisorStart: try ProcessStat.read(pid: pid).startTime)
      group = try JobGroup.make(tag, in: base, limits: groupLimits, host: place.host, devices: place.devices)
    } catch let error as SystemError {
      throw SupervisionError(.failed, "could not make a group for the job: \(error)")
    }
    ownDegradations = group.degradations.map(\.sentence)
    enforcement = enforcement(limits, set: group.limits)
    noteUnheldLimits(base.missing)
  }

  /// Has its traffic counted and held. Throws if this host can't; then it goes on as it would without.
  /// - Parameter allowance: what it may move, from the first packet on.
  func count(by meter: NetworkMeter, allowing allowance: NetworkAllowance) throws(SystemError) {
    try meter.allow(allowance)
    try meter.attach(to: group.directory.descriptor)
    network = meter
    noteHeld(allowance.bytes != .unlimited, hasRate: allowance.nanosecondsPerMebibyte > 0)
  }

  /// Has its connections timed. Throws if this host can't; then it goes on as it would without.
  func time(by meter: LatencyMeter) throws(SystemError) {
    try meter.attach(to: group.directory.descriptor)
    latencies = meter
  }

  func latency() -> NetworkLatency? { try? latencies?.read() }

  private func noteHeld(_ hasBytes: Bool, hasRate: Bool) {
    if hasBytes { enforcement[.networkBytes] = .kernel }
    if hasRate { enforcement[.networkRate] = .kernel }
  }

  func allow(_ allowance: NetworkAllowance) throws { try network?.allow(allowance) }

  /// Adds to what is not as it should be.
  func note(_ degradation: String) { ownDegradations.append(degradation) }

  /// Has its connections held to so many. Throws if this host can't; then they are not.
  func hold(connections: Int64) throws(SystemError) {
    try ConnectionLimit(atMost: UInt32(clamping: connections)).attach(to: group.directory.descriptor)
    enforcement[.networkConnections] = .kernel
  }

  /// Has it held to its destinations. Throws if this host can't; then it is not.
  func hold(to destinations: DestinationControl) throws(SystemError) {
    try destinations.attach(to: group.directory.descriptor)
    self.destinations = destinations
    enforcement[.networkDomains] = .kernel
  }

  var degradations: [String] { ownDegradations + (destinations?.degradations ?? []) }

  func refusedDestinations() -> NetworkRefusals? { destinations?.refusals() }

  /// Nobody holds it to a limit.
  func note(unheld feature: Feature, _ cause: String) {
    enforcement[feature] = .unavailable
    note("\(feature.rawValue) can't be held here: \(cause); `rmrun doctor` says more")
  }

  /// Whether the kernel keeps pressure stall information.
  var hasPressure: Bool { group.directory.has("cpu.pressure") }
  var groupPath: String? { group.directory.path }
  var delay: Duration { .zero }
  var eventDescriptor: Int32? { group.alarms.stateDescriptor }
  func prepare(_ request: inout SpawnRequest) { request.cgroup = group.main.descriptor.rawValue }
  func adopt(command pid: Int32) {}
  func noteReaped(_ end: ChildEnd) {}

  func register(with guardian: borrowing Guardian, id: UInt64) throws(SystemError) {
    try guardian.watch(
      id: id, group: group.directory.descriptor, in: group.parent.descriptor, name: group.name)
  }

  func isPopulated() throws -> Bool { try group.alarms.readState().isPopulated }

  func processes() throws -> [Int32] { try group.roll.processes().sorted() }

  func cpuTime() -> UInt64? {
    let used = (try? group.readCounters(.cpu))?.cpu?.usage
    return used.map { UInt64(clamping: $0.microseconds) }
  }

  func counters(final: Bool) throws -> Usage {
    var selection: GroupCounters.Selection = [.cpu]
    if controllers.contains(.memory) { selection.formUnion([.memoryCurrent, .memoryDetail]) }
    if controllers.contains(.io) { selection.insert(.storage) }
    if controllers.contains(.pids) { selection.insert(.tasks) }
    if final || enforcement[.memoryHigh] == .kernel { selection.insert(.pressure) }
    var usage: Usage
    do {
      usage = Usage(try group.readCounters(selection), hasStorage: controllers.contains(.io))
    } catch {
      // Somebody may have taken this process's descriptors away: by what is open already the job can still be judged.
      usage = Usage(
        try group.readCounters(selection.intersection([.cpu, .memoryCurrent])), hasStorage: false)
    }
    // What the group counts is not lost with what it does not.
    count(into: &usage)
    return usage
  }

  func traffic() -> Usage {
    var usage = Usage()
    count(into: &usage)
    return usage
  }

  private func count(into usage: inout Usage) {
    guard let traffic = try? network?.read() else { return }
    usage.take(traffic)
    refusals = traffic.refused
  }

  func signalAll(_ signal: Signal) throws {
    try group.signalAll(signal, until: Clock.boottime().advanced(by: Self.patience))
  }

  func freeze() throws { try group.freeze(until: Clock.boottime().advanced(by: Self.patience)) }

  func thaw() throws { try group.thaw() }

  func kill() throws { try group.kill(until: Clock.boottime().advanced(by: Self.patience)) }

  func resize(from old: JobLimits, to new: JobLimits) throws {
    for feature in new.changes(from: old).sorted() where !holds(feature) {
      guard feature.mechanismWithoutKernel == .unavailable else { continue }
      throw SupervisionError(.refused, Self.unheld(feature))
    }
    let set: [LimitFile: LimitOutcome]
    do {
      set = try group.resize(try GroupLimits(from: old, to: new, devices: place.devices))
    } catch {
      throw SupervisionError(.failed, "the job's limits: \(error)")
    }
    enforcement.merge(enforcement(new, set: set)) { $1 }
    if network?.holds == true {
      noteHeld(new.networkBytes != .unlimited, hasRate: new.networkRate != .unlimited)
    }
    for (file, outcome) in set.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard case .unavailable(let obstacle) = outcome, let feature = Feature(rawValue: file.rawValue),
        feature.mechanismWithoutKernel == .unavailable
      else { continue }
      throw SupervisionError(.failed, "\(file.rawValue) was not changed: \(obstacle)")
    }
  }

  /// Why a limit can't be changed. What holds traffic is attached before the first packet, or never.
  private static func unheld(_ feature: Feature) -> String {
    guard feature == .networkBytes || feature == .networkRate else {
      return "\(feature.rawValue) can't be held in the job's group; `rmrun doctor` says why"
    }
    return
      "\(feature.rawValue) can't be set while the job runs: nothing has held its traffic from the start; "
      + "start it with --net-bytes, --net-rate or a budget that its traffic is paid from"
  }

  /// Whether a limit can be changed here: one of its files, or what its traffic is held by.
  private func holds(_ feature: Feature) -> Bool {
    feature == .networkBytes || feature == .networkRate
      ? network?.holds == true
      : group.directory.has(feature.rawValue)
  }

  func memoryVerdict() -> TerminationReason? {
    switch try? group.oomVerdict() {
    case .ownLimit: .memory
    case .ancestorLimit: .ancestorMemory
    case .hostMemory: .hostMemory
    case .nestedLimit, nil: nil
    }
  }

  func remove() -> Bool {
    destinations?.stop()
    return (try? group.remove(until: Clock.boottime().advanced(by: Self.removalPatience))) != nil
  }

  /// Who holds each limit that was asked for. Memory and processes can be held by readings, in some measure.
  private func enforcement(
    _ limits: JobLimits, set: [LimitFile: LimitOutcome]
  ) -> [Feature: Mechanism] {
    var enforcement: [Feature: Mechanism] = [.cgroup: .kernel]
    enforcement[.kill] = group.canKill ? .kernel : .polled
    enforcement[.freeze] = group.canFreeze ? .kernel : .polled
    for (file, outcome) in set {
      guard let feature = Feature(rawValue: file.rawValue) else { continue }
      if outcome == .kernel {
        enforcement[feature] = .kernel
      } else {
        enforcement[feature] = feature.mechanismWithoutKernel
      }
    }
    // No swap is the default, not a request: where it can't be held, nothing that was asked for is missing.
    if limits.memorySwapMax.bound?.bytes == 0, enforcement[.memorySwapMax] == .unavailable {
      enforcement[.memorySwapMax] = nil
    }
    return enforcement
  }

  /// - Parameter missing: why the group lacks controllers; a file that is not there says less.
  private func noteUnheldLimits(_ missing: [Controller: Obstacle]) {
    for (file, outcome) in group.limits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard case .unavailable(let obstacle) = outcome, let feature = Feature(rawValue: file.rawValue),
        enforcement[feature] == .unavailable
      else { continue }
      let cause = missing[file.controller] ?? obstacle
      ownDegradations.append("\(file.rawValue) can't be held here: \(cause); `rmrun doctor` says more")
    }
  }
}

extension JobGroup.Degradation {
  fileprivate var sentence: String {
    switch self {
    case .notLocked(let cause): "the job's group is not locked (\(cause)): `rmrun recover` will not touch it"
    case .notTagged(let cause): "the job's group is not tagged (\(cause)): `rmrun recover` will not find it"
    }
  }
}

extension Usage {
  /// What the group's counters say. Empty `io.stat` of a group with the io controller is no traffic, not no measurement.
  init(_ counters: GroupCounters, hasStorage: Bool) {
    self.init()
    cpuTime = counters.cpu.map { UInt64(clamping: $0.usage.microseconds) }
    cpuUserTime = counters.cpu.map { UInt64(clamping: $0.user.microseconds) }
    cpuSystemTime = counters.cpu.map { UInt64(clamping: $0.system.microseconds) }
    memoryCurrent = counters.memoryCurrent?.bytes
    memoryPeak = counters.memoryPeak?.bytes
    memoryAnonPeak = counters.memoryStat?.anonymous.bytes
    processes = counters.tasks
    processesPeak = counters.tasksPeak
    if hasStorage {
      storageRead = counters.storage?.readBytes ?? 0
      storageWritten = counters.storage?.writtenBytes ?? 0
      storageReadOperations = counters.storage?.readOperations ?? 0
      storageWriteOperations = counters.storage?.writeOperations ?? 0
    }
    pressure.cpu = counters.cpuPressure.map { UInt64(clamping: $0.some.microseconds) }
    pressure.memory = counters.memoryPressure.map { UInt64(clamping: $0.some.microseconds) }
    pressure.memoryFull = counters.memoryPressure?.full.map { UInt64(clamping: $0.microseconds) }
    pressure.io = counters.ioPressure.map { UInt64(clamping: $0.some.microseconds) }
  }
}
