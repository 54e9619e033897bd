import CgroupPrograms
import CgroupV2
import LinuxSystem
import ResourceModel

/// What came of making a group exactly as for a job: every limit written, a process started in it, its counters read. Nothing
/// of it is left, and nothing of the hierarchy stays as it was not before.
struct GroupProbe {
  /// Where it was made.
  var groups: HostReport.Groups
  /// Who holds each limit and measures each meter.
  var mechanisms: [Feature: Mechanism]
  /// Why a limit is not held although its controller is there.
  var obstacles: [Feature: HostReport.Shortcoming]
  /// The controllers that can't be had.
  var missing: [Controller: Obstacle]
  /// Files that not every kernel has.
  var files: [HostReport.File]

  /// Makes the group. Throws why there can be none.
  static func run(_ place: GroupPlace) throws(Obstacle) -> GroupProbe {
    let own: Set<Int32> = [OwnProcess.pid]
    let plan = try place.plan(Set(Controller.allCases), own: own)
    let base = try JobBase.prepare(plan, moving: own)
    defer { base.undo() }
    do {
      let job = try JobGroup.make(
        try tag(), in: base, limits: ProbeLimits.all(place, base: base.directory), host: place.host,
        devices: place.devices)
      defer { try? job.remove(until: Clock.boottime().advanced(by: .seconds(5))) }
      return GroupProbe(of: job, in: base)
    } catch {
      throw .refused(path: plan.base, reason: "\(error)")
    }
  }

  /// Bears this process's number: should it be killed here, `rmrun recover` finds the group.
  private static func tag() throws(SystemError) -> JobTag {
    let pid = OwnProcess.pid
    return JobTag(
      job: "doctor-" + (try JobID.make()), boot: try Host.bootID(), supervisor: pid,
      supervisorStart: try ProcessStat.read(pid: pid).startTime)
  }

  private init(of job: JobGroup, in base: JobBase) {
    groups = HostReport.Groups()
    groups.jobs = base.directory.path
    groups.supervisorLeaf = base.plan.supervisorLeaf
    missing = base.missing
    mechanisms = Metering.inGroup(base.controllers, hasPressure: job.directory.has("cpu.pressure"))
    mechanisms[.cgroup] = .kernel
    obstacles = [:]
    files = Self.files(of: job.directory, base.controllers)
    tryProcess(in: job)
    tryNetwork(of: job.directory)
    tryLatency(of: job.directory)
    tryConnections(of: job.directory)
    tryDestinations(of: job.directory)
    tryStopping(of: job.directory)
    for (file, outcome) in job.limits {
      guard let feature = Feature(rawValue: file.rawValue) else { continue }
      switch outcome {
      case .kernel: mechanisms[feature] = .kernel
      case .unavailable(let obstacle):
        mechanisms[feature] = feature.mechanismWithoutKernel
        guard base.controllers.contains(file.controller) else { continue }
        obstacles[feature] = HostReport.Shortcoming(obstacle)
      }
    }
    if mechanisms[.ioMax] == nil {
      mechanisms[.ioMax] = .unavailable
      obstacles[.ioMax] = HostReport.Shortcoming(cause: "there is no block device here", remedy: nil)
    }
  }

  /// Whether a process can be started in the group, and whether its use shows.
  private mutating func tryProcess(in job: JobGroup) {
    if let executable = try? ExecutableSearch.find("true", searchPath: nil) {
      var request = SpawnRequest(
        executable: executable, arguments: ["true"], environment: [], signals: .current())
      request.cgroup = job.main.descriptor.rawValue
      do {
        let child = try Spawner.spawn(request)
        groups.clonesIntoGroup = child.wasClonedIntoGroup
        _ = try? child.wait()
      } catch {
        mechanisms[.cgroup] = .unavailable
        obstacles[.cgroup] = HostReport.Shortcoming(cause: "\(error)", remedy: nil)
      }
    }
    let counters = try? job.readCounters(.cpu)
    if counters?.cpu == nil {
      mechanisms[.cpu] = .polled
      obstacles[.cpu] = HostReport.Shortcoming(
        cause: "the group has no cpu.stat", remedy: "use a kernel from 4.15 on")
    }
    if mechanisms[.pressure] == .unavailable {
      obstacles[.pressure] = HostReport.Shortcoming(
        cause: "the kernel keeps no pressure stall information",
        remedy: "boot with psi=1 a kernel that has CONFIG_PSI")
    }
  }

  /// Whether traffic can be counted, and refused.
  private mutating func tryNetwork(of group: GroupDirectory) {
    do throws(SystemError) {
      try NetworkMeter(holds: true).attach(to: group.descriptor)
      for feature in [Feature.network, .networkBytes, .networkRate] { mechanisms[feature] = .kernel }
    } catch {
      for feature in [Feature.network, .networkBytes, .networkRate] {
        mechanisms[feature] = .unavailable
        obstacles[feature] = HostReport.Shortcoming(ofNetwork: error)
      }
    }
  }

  /// Whether connections can be timed.
  private mutating func tryLatency(of group: GroupDirectory) {
    do throws(SystemError) {
      try LatencyMeter().attach(to: group.descriptor)
      mechanisms[.networkLatency] = .kernel
    } catch {
      mechanisms[.networkLatency] = .unavailable
      obstacles[.networkLatency] = HostReport.Shortcoming(ofNetwork: error)
    }
  }

  /// Whether connections can be refused.
  private mutating func tryConnections(of group: GroupDirectory) {
    do throws(SystemError) {
      try ConnectionLimit(atMost: 1).attach(to: group.descriptor)
      mechanisms[.networkConnections] = .kernel
    } catch {
      mechanisms[.networkConnections] = .unavailable
      obstacles[.networkConnections] = HostReport.Shortcoming(ofNetwork: error)
    }
  }

  /// Whether destinations can be refused.
  private mutating func tryDestinations(of group: GroupDirectory) {
    do throws(SystemError) {
      try DestinationLimit(DestinationRules([])).attach(to: group.descriptor)
      mechanisms[.networkDomains] = .kernel
    } catch {
      mechanisms[.networkDomains] = .unavailable
      obstacles[.networkDomains] = HostReport.Shortcoming(ofNetwork: error)
    }
  }

  private mutating func tryStopping(of group: GroupDirectory) {
    let now = Clock.boottime()
    mechanisms[.kill] = (try? group.kill(until: now)) == .kernel ? .kernel : .polled
    mechanisms[.freeze] = group.mayWrite("cgroup.freeze") ? .kernel : .polled
    if mechanisms[.kill] == .polled {
      obstacles[.kill] = HostReport.Shortcoming(
        cause: "there is no cgroup.kill: processes are killed one by one, frozen",
        remedy: "use a kernel from 5.14 on")
    }
    if mechanisms[.freeze] == .polled {
      obstacles[.freeze] = HostReport.Shortcoming(
        cause: "there is no cgroup.freeze", remedy: "use a kernel from 5.2 on")
    }
  }

  private static func files(of group: GroupDirectory, _ controllers: Set<Controller>) -> [HostReport.File] {
    let names: [(String, Controller?)] = [
      ("cgroup.kill", nil), ("cgroup.freeze", nil), ("cpu.pressure", nil), ("memory.peak", .memory),
      ("memory.oom.group", .memory), ("memory.swap.max", .memory), ("pids.peak", .pids),
    ]
    return names.map { name, controller in
      let isKnown = controller.map(controllers.contains) ?? true
      return HostReport.File(name: name, isPresent: isKnown ? group.has(name) : nil)
    }
  }
}

extension HostReport.Shortcoming {
  init(_ obstacle: Obstacle) { self.init(cause: obstacle.description, remedy: obstacle.remedy) }
}
