import CgroupPrograms
import CgroupV2
import Confinement
import ControlSocket
import LinuxSystem
import Logging
import ResourceModel
import SystemPackage

/// Launches jobs: finds the executable, makes the group with its limits, tells the guardian, then starts the command in it.
final class JobLauncher {
  private let options: SupervisorOptions
  private let before: CallerState
  private let log: Logger
  private var place: Result<GroupPlace, Obstacle>?
  private var census: ProcessCensus?
  private var prepared: NetworkPreparation?

  /// Notes how this process stood before the supervisor changed any of it: the command gets all of it back.
  init(_ options: SupervisorOptions, before: CallerState, log: Logger) {
    self.options = options
    self.before = before
    self.log = log
  }

  /// The most memory that the groups above leave to jobs; nil where none of them limits it.
  var memoryCeiling: ByteCount? { (try? groupPlace())?.memoryCeiling }

  /// Begins what the next job needs that takes long, before it is launched.
  func prepare(for spec: JobSpec) { prepared = NetworkPreparation(spec) }

  private func network(of spec: JobSpec) -> NetworkPreparation {
    defer { prepared = nil }
    return prepared?.adapted(to: spec) ?? NetworkPreparation(spec)
  }

  /// Launches a job.
  /// - Parameters:
  ///   - id: its identifier.
  ///   - own: rmrun's own processes, which may be moved to a leaf group.
  ///   - facts: what the job was planned on.
  ///   - placing: has the guardian watch the group in which the job's, of that name, is about to be made.
  ///   - guarding: has the guardian watch the job; called before the command starts, so that no instant is unguarded.
  ///   - keeping: has the guardian watch the job's work directory, where it has a project of its own.
  ///   - waiting: waits for what is done on a thread of its own, and looks after other jobs meanwhile.
  ///   - admitting: has the job's account take it; called last before the command starts.
  ///   - abandoned: takes that back when the launch fails.
  func launch(
    _ request: JobRequest, id: String, own: Set<Int32>, on facts: HostFacts,
    placing: (GroupDirectory, String) -> Void,
    guarding: (any Containment) throws(SystemError) -> Void,
    keeping: (WorkDirectory) throws(SystemError) -> Void,
    waiting: WorkDirectory.Waiting,
    admitting: (any Containment) throws(SupervisionError) -> Void,
    abandoned: () -> Void
  ) throws(SupervisionError) -> LaunchedJob {
    let network = network(of: request.plan.spec)
    let executable = try CommandLookup.executable(of: request)
    let resources = try LaunchResources(request.plan.spec)
    let work = try WorkDirectory(request.plan.spec)
    let (confinement, degradation) = try self.confinement(
      request.plan.spec, keepsProjects: work?.mechanism == .kernel,
      keepsSockets: (try? network.destinations?.get().loaded()) != nil)
    // In a network of its own nobody but the job moves anything: there the interfaces' own counters do.
    let ownsNetwork = confinement.enforcement[.netNamespace] == .kernel
    var (containment, metering) = try contain(
      request.plan, id: id, own: own, network, ownsNetwork: ownsNetwork, placing)
    let countsInterfaces = ownsNetwork && metering[.network] == .unavailable
    if countsInterfaces { metering[.network] = .kernel }
    do {
      try work?.begin(guarding: keeping, waiting: waiting)
      try check(request.plan.spec, containment, metering, held(confinement, work))
      try guard_(containment, guarding)
    } catch {
      work?.undo(waiting)
      abandoned()
      _ = containment.remove()
      throw error
    }
    do throws(SupervisionError) {
      var spawn = resources.request(
        executable, for: request, id: id, before: before, confinement: confinement)
      containment.prepare(&spawn)
      if let work {
        spawn.workingDirectory = work.start
        spawn.isInWorkingDirectory = true
      }
      let kills = KillWatch(request.plan.spec.callPolicy)
      network.finish()
      try admitting(containment)
      // The request borrows descriptors of them.
      let command = try withExtendedLifetime((confinement, work)) { () throws(SupervisionError) in
        try start(spawn)
      }
      containment.adopt(command: command.pid)
      let interfaces = countsInterfaces ? try? InterfaceCounters(ofProcess: command.pid) : nil
      if countsInterfaces, interfaces == nil { metering[.network] = .unavailable }
      let refusals = confinement.refusalWatch()
      let times = LaunchTimes(requested: request.requested)
      log.debug(
        "\(id): process \(command.pid), in the group from its first instruction: \(command.wasClonedIntoGroup)"
      )
      // What was planned is bounded by what was asked for; from here on by what is held.
      let unheld = containment.enforcement.filter { $0.value != .kernel }.keys
      let plan = request.plan.bounded(without: Set(unheld), delay: containment.delay, on: facts)
      return LaunchedJob(
        id: id, plan: plan, containment: containment, command: command,
        policy: policy(plan, containment, work), metering: metering, times: times, interfaces: interfaces,
        confinement: held(confinement, work), refusals: refusals, kills: kills, work: work,
        warnings: request.plan.warnings + containment.degradations + confinement.degradations
          + [degradation, work?.degradation].compactMap { $0 })
    } catch {
      work?.undo(waiting)
      abandoned()
      _ = containment.remove()
      throw error
    }
  }

  private func confinement(
    _ spec: JobSpec, keepsProjects: Bool, keepsSockets: Bool
  ) throws(SupervisionError) -> (PreparedConfinement, degradation: String?) {
    let asked = spec.limits.confinement
    let hidden = places(asked)
    do {
      guard !spec.bestEffort else {
        return try PreparedConfinement.nearest(
          to: asked, policy: spec.callPolicy, directory: spec.workingDirectory, keepsProjects: keepsProjects,
          keepsSockets: keepsSockets, hidden: hidden)
      }
      return (
        try PreparedConfinement(
          asked, policy: spec.callPolicy, directory: spec.workingDirectory, keepsProjects: keepsProjects,
          keepsSockets: keepsSockets, hidden: hidden), nil
      )
    } catch {
      throw SupervisionError(
        error.code == .unavailable ? .refused : .failed, "\(error); nothing was run")
    }
  }

  /// What is not for the job, as far as it is there.
  private func places(_ confinement: JobConfinement) -> SupervisorPlaces {
    var places = SupervisorPlaces()
    guard confinement.isConfined else { return places }
    if confinement.isolated.contains(.mount) { places.sockets = socketDirectory(confinement) }
    places.ledgers = Set(options.ledgerDirectories.compactMap { try? RealPath.of($0) }).sorted()
    if let file = options.ledger, (try? FileStatus.of(file)) != nil {
      let above = FilePath(file).removingLastComponent()
      let directory = try? RealPath.of(above.isEmpty ? "." : above.string)
      places.chosen = directory.flatMap { places.ledgers.contains($0) ? nil : $0 }
    }
    return places
  }

  /// Where this user's supervisors have their sockets: made now, if it is missing, to be hidden. Without groups another job's supervisor can't
  /// tell who asks from one that it knows nothing of.
  private func socketDirectory(_ confinement: JobConfinement) -> String? {
    // Nobody sees these, unless something is shown.
    let isCovered = options.runtimeDirectories.allSatisfy { place in
      ["/run/", "/tmp/"].contains(where: place.path.hasPrefix)
    }
    if isCovered, confinement.readable.isEmpty, confinement.writable.isEmpty { return nil }
    let place = options.runtimeDirectories.first { place in (try? place.make()) != nil }
    return place.flatMap { try? RealPath.of($0.path) }
  }

  private func start(_ request: SpawnRequest) throws(SupervisionError) -> ChildProcess {
    do {
      return try Spawner.spawn(request)
    } catch {
      throw SupervisionError(error)
    }
  }

  /// Undoes what was prepared for jobs' groups.
  /// - Parameter own: rmrun's own processes as they are now.
  func leave(moving own: Set<Int32>) { if case .success(let place) = place { place.leave(moving: own) } }

  private func guard_(
    _ containment: any Containment, _ guarding: (any Containment) throws(SystemError) -> Void
  ) throws(SupervisionError) {
    do {
      try guarding(containment)
    } catch {
      throw SupervisionError(.failed, "the guardian could not take the job: \(error)")
    }
  }

  /// A group of its own for the job; where none can be had, its process tree.
  private func contain(
    _ plan: JobPlan, id: String, own: Set<Int32>, _ network: NetworkPreparation, ownsNetwork: Bool,
    _ placing: (GroupDirectory, String) -> Void
  ) throws(SupervisionError) -> (any Containment, [Feature: Mechanism]) {
    let limits = plan.spec.limits
    do {
      let place = try groupPlace()
      let groupLimits = try self.groupLimits(limits, place.devices)
      let needed = Controller.needed(limits, prices: plan.spec.prices, group: groupLimits)
      let base = try place.base(for: needed, own: own) { placing($0, GroupName.job(id)) }
      let group = try GroupContainment(
        id: id, limits: limits, groupLimits: groupLimits, base: base, place: place)
      var metering = Metering.inGroup(base.controllers, hasPressure: group.hasPressure)
      let loaded = network.meters.loaded()
      metering[.network] = loaded.traffic.map {
        Self.count($0, in: group, of: plan, isVital: !ownsNetwork)
      }
      metering[.networkLatency] = loaded.latency.map { Self.time($0, in: group) }
      Self.holdConnections(of: group, limits)
      if let destinations = network.destinations { Self.hold(group, to: destinations) }
      return (group, metering)
    } catch let error as SupervisionError {
      throw error
    } catch let obstacle as Obstacle {
      // What the user named has to be there; what was looked for may be missing.
      if options.cgroupParent != nil {
        throw SupervisionError(.failed, "\(obstacle): \(obstacle.remedy)")
      }
      return try tree(plan.spec, id: id, cause: obstacle.description, ownsNetwork: ownsNetwork)
    } catch let error as CgroupError where error.code == .notPermitted && options.cgroupParent == nil {
      // Permission bits that a security module or a container's filter thinks differently of.
      return try tree(plan.spec, id: id, cause: error.description, ownsNetwork: ownsNetwork)
    } catch {
      throw SupervisionError(.failed, "\(error)")
    }
  }

  /// Has a job's traffic counted. What can't be is told where somebody asked for that alone; a price book may be made for other hosts.
  /// - Parameter isVital: whether nothing else counts it.
  private static func count(
    _ meter: Result<NetworkMeter, SystemError>, in group: GroupContainment,
    of plan: JobPlan, isVital: Bool
  ) -> Mechanism {
    do throws(SystemError) {
      let spec = plan.spec
      let allowance = NetworkAllowance(
        bytes: spec.limits.networkBytes, rate: spec.limits.networkRate, credits: plan.emergencyLimit,
        rates: spec.prices.rates,
        multiplier: spec.prices.largestMultiplier(priority: spec.limits.priority))
      try group.count(by: try meter.get(), allowing: allowance)
      return .kernel
    } catch {
      let cause = HostReport.Shortcoming(ofNetwork: error).cause
      if isVital, plan.spec.limits.measured.contains(.network) { group.note(unmeasured(cause)) }
      for feature in [Feature.networkBytes, .networkRate] where plan.spec.limits.features.contains(feature) {
        group.note(unheld: feature, cause)
      }
      return .unavailable
    }
  }

  /// Has a job's connections timed, which somebody asked for.
  private static func time(
    _ meter: Result<LatencyMeter, SystemError>, in group: GroupContainment
  ) -> Mechanism {
    do throws(SystemError) {
      try group.time(by: try meter.get())
      return .kernel
    } catch {
      group.note(untimed(HostReport.Shortcoming(ofNetwork: error).cause))
      return .unavailable
    }
  }

  private static func holdConnections(of group: GroupContainment, _ limits: JobLimits) {
    guard let connections = limits.networkConnections.bound else { return }
    do throws(SystemError) {
      try group.hold(connections: connections)
    } catch {
      group.note(unheld: .networkConnections, HostReport.Shortcoming(ofNetwork: error).cause)
    }
  }

  private static func untimed(_ cause: String) -> String {
    "the network's latency can't be measured here: \(cause); `rmrun doctor` says more"
  }

  private static func hold(
    _ group: GroupContainment, to loading: Result<ProgramLoading<DestinationControl>, SystemError>
  ) {
    do throws(SystemError) {
      try group.hold(to: try loading.get().loaded())
    } catch {
      group.note(unheld: .networkDomains, HostReport.Shortcoming(ofNetwork: error).cause)
    }
  }

  private static func unmeasured(_ cause: String) -> String {
    "the network can't be measured here: \(cause); `rmrun doctor` says more"
  }

  private func tree(
    _ spec: JobSpec, id: String, cause: String, ownsNetwork: Bool
  ) throws(SupervisionError) -> (any Containment, [Feature: Mechanism]) {
    let tree = try tree(spec.limits, id: id, cause: cause)
    if spec.limits.measured.contains(.network), !ownsNetwork { tree.note(Self.unmeasured(cause)) }
    if spec.measuresLatency { tree.note(Self.untimed(cause)) }
    let wanted: [(Feature, Bool)] = [
      (.network, spec.measuresNetwork), (.networkLatency, spec.measuresLatency),
    ]
    return (tree, Metering.inTree(wanted: wanted.filter(\.1).map(\.0)))
  }

  private func tree(_ limits: JobLimits, id: String, cause: String) throws(SupervisionError)
    -> TreeContainment
  {
    log.debug("no group: \(cause)")
    let backstop = ProcessBackstop(limits, stopsWithSupervisor: options.takesSignals)
    return TreeContainment(
      id: id, limits: limits, cause: cause, census: try processCensus(), backstop: backstop)
  }

  private func groupLimits(_ limits: JobLimits, _ devices: BlockDevices) throws(SupervisionError)
    -> GroupLimits
  {
    do {
      return try GroupLimits(limits, devices: devices)
    } catch {
      throw SupervisionError(.failed, "io.max: \(error): \(error.remedy)")
    }
  }

  private func groupPlace() throws(Obstacle) -> GroupPlace {
    if let place { return try place.get() }
    let found: Result<GroupPlace, Obstacle>
    do {
      found = .success(try GroupPlace(cgroupParent: options.cgroupParent))
    } catch {
      found = .failure(error)
    }
    place = found
    return try found.get()
  }

  private func processCensus() throws(SupervisionError) -> ProcessCensus {
    if let census { return census }
    do {
      let census = try ProcessCensus(adoptsOrphans: options.adoptsOrphans)
      self.census = census
      return census
    } catch {
      throw SupervisionError(
        .failed, "without a group the job's processes have to be found in /proc: \(error)")
    }
  }

  /// Refuses what the kernel would have to hold and does not.
  private func check(
    _ spec: JobSpec, _ containment: any Containment, _ metering: [Feature: Mechanism],
    _ confinement: [Feature: Mechanism]
  ) throws(SupervisionError) {
    let held = containment.enforcement.merging(confinement) { first, _ in first }
    let had = held.merging(metering) { first, _ in first }
    let lacking: [Feature] =
      switch spec.required {
      case .nothing: []
      case .kernel:
        held.merging(Metering.priced(spec.prices, metering)) { $1 }
          .filter { $0.value != .kernel }.map(\.key)
      case .features(let features): features.filter { had[$0] != .kernel }
      }
    guard !lacking.isEmpty else { return }
    // That is nothing that a host could be asked about.
    let unset = lacking.filter { had[$0] == nil }.sorted().compactMap(Self.unset)
    guard unset.isEmpty else {
      throw SupervisionError(.refused, "--require: \(unset.joined(separator: "; ")); nothing was run")
    }
    let list = lacking.sorted().map { "\($0.rawValue) (\((had[$0] ?? .unavailable).rawValue))" }.joined(
      separator: ", ")
    throw SupervisionError(
      .refused,
      "--require: the kernel does not hold \(list) here; nothing was run; `rmrun doctor` says why and what mends it"
    )
  }

  /// That a job has no limit of that kind, and what sets one; nil where that takes no option, and the host alone lacks it.
  private static func unset(_ feature: Feature) -> String? {
    feature.settingOptions.map {
      "no \(feature.rawValue) is set for the job, so that nothing would be held: \($0) sets it"
    }
  }

  /// What a job is held to besides its group's limits, and by whom.
  private func held(_ confinement: PreparedConfinement, _ work: WorkDirectory?) -> [Feature: Mechanism] {
    var held = confinement.enforcement
    held[.workSize] = work?.mechanism
    return held
  }

  private func policy(_ plan: JobPlan, _ containment: any Containment, _ work: WorkDirectory?) -> JobPolicy {
    JobPolicy(plan, tick: Clock.tick(), polled: containment.polled(with: work))
  }
}

extension Containment {
  /// The limits that are held by readings.
  func polled(with work: WorkDirectory?) -> Set<Feature> {
    var polled = Set(enforcement.filter { $0.value == .polled }.keys)
    if work?.mechanism == .polled { polled.insert(.workSize) }
    return polled
  }
}
