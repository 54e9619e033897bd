import CgroupV2
import LinuxSystem
import ResourceModel

/// What the host offers in groups, with why it does not offer the rest.
struct GroupSurvey {
  private(set) var findings: [HostReport.Finding] = []
  private(set) var groups = HostReport.Groups()
  private(set) var controllers: [HostReport.Controller] = []
  private(set) var files: [HostReport.File] = []

  init(cgroupParent: String?) {
    do throws(Obstacle) {
      let place = try GroupPlace(cgroupParent: cgroupParent)
      let probe = try GroupProbe.run(place)
      groups = probe.groups
      files = probe.files
      controllers = Controller.allCases.map { controller in
        HostReport.Controller(
          name: controller.rawValue, shortcoming: probe.missing[controller].map { .init($0) })
      }
      findings = Self.findings(probe)
      groups.scope = SystemdScope.outlook(for: Array(probe.missing.values))
    } catch {
      let shortcoming = HostReport.Shortcoming(error)
      groups.shortcoming = shortcoming
      groups.scope = SystemdScope.outlook(for: [error])
      controllers = Controller.allCases.map {
        HostReport.Controller(name: $0.rawValue, shortcoming: shortcoming)
      }
      findings = Feature.ofGroups.map { Self.finding($0, $0.mechanismWithoutKernel, shortcoming) }
    }
    noteMounts()
  }

  /// What can be said of cgroup v2 even where it can't be used.
  private mutating func noteMounts() {
    guard let bytes = try? SmallFile.read("/proc/self/cgroup") else { return }
    let own = OwnGroup(parsing: bytes)
    groups.versionOneControllers = own.versionOneControllers.filter { !$0.hasPrefix("name=") }.sorted()
    let mounts = CgroupMount.all(in: (try? MountInfo.current()) ?? [])
    guard let group = own.path, let mount = CgroupMount.best(of: mounts, for: group) else { return }
    groups.mountPoint = mount.mountPoint
    groups.ownGroup = try? mount.directory(of: group)
  }

  private static func findings(_ probe: GroupProbe) -> [HostReport.Finding] {
    var causes: [Controller: HostReport.Shortcoming] = [:]
    for obstacle in Obstacle.together(probe.missing) {
      for controller in obstacle.controllers {
        causes[controller] = HostReport.Shortcoming(cause: obstacle.cause, remedy: obstacle.remedy)
      }
    }
    return Feature.ofGroups.map { feature in
      let mechanism = probe.mechanisms[feature] ?? feature.mechanismWithoutKernel
      return finding(
        feature, mechanism, probe.obstacles[feature] ?? feature.controller.flatMap { causes[$0] })
    }
  }

  private static func finding(
    _ feature: Feature, _ mechanism: Mechanism, _ shortcoming: HostReport.Shortcoming?
  ) -> HostReport.Finding {
    HostReport.Finding(feature, mechanism, mechanism == .kernel ? nil : shortcoming)
  }
}

extension Feature {
  /// What is to be had of groups, or not.
  fileprivate static let ofGroups = allCases.filter { !$0.isConfinement && $0 != .workSize }

  /// The controller that it takes; nil for what every group has.
  fileprivate var controller: Controller? {
    switch self {
    case .cpuMax, .cpuWeight: .cpu
    case .cpusetCPUs, .cpusetMems: .cpuset
    case .memoryMax, .memoryHigh, .memorySwapMax, .memory: .memory
    case .pidsMax, .processes: .pids
    case .ioMax, .storage: .io
    case .cgroup, .kill, .freeze, .cpu, .network, .networkBytes, .networkConnections, .networkRate,
      .networkDomains, .networkLatency, .pressure, .workSize:
      nil
    case .seccomp, .capabilities, .user, .landlock, .pidNamespace, .mountNamespace, .ipcNamespace,
      .utsNamespace, .netNamespace, .cgroupNamespace, .userNamespace:
      nil
    }
  }
}
