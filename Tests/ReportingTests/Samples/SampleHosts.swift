import ResourceModel

/// Hosts as doctor finds them.
enum SampleHosts {
  static let all: [(name: String, report: HostReport)] = [
    ("full", full), ("partial", partial), ("none", none),
  ]

  /// Everything from the kernel, but for what no host has.
  static let full: HostReport = {
    var groups = HostReport.Groups()
    groups.mountPoint = "/sys/fs/cgroup"
    groups.ownGroup = "/sys/fs/cgroup/user.slice/run-7.scope"
    groups.jobs = "/sys/fs/cgroup/user.slice/run-7.scope"
    groups.supervisorLeaf = "/sys/fs/cgroup/user.slice/run-7.scope/rmrun-supervisor"
    groups.scope = .entered
    groups.clonesIntoGroup = true
    return HostReport(
      user: HostReport.User(id: 1000, name: "ada"), machine: machine,
      findings: Feature.allCases.map {
        networked.contains($0)
          ? HostReport.Finding($0, .unavailable, network) : HostReport.Finding($0, .kernel)
      },
      groups: groups, controllers: names.map { HostReport.Controller(name: $0) },
      files: [.init(name: "cgroup.kill", isPresent: true), .init(name: "memory.peak", isPresent: true)],
      supervision: supervision(.realtime), binding: .init(runsAsOwnUser: true, isConfined: false))
  }()

  /// A hybrid host: v1 has the controllers.
  static let partial: HostReport = {
    var report = full
    let cause = HostReport.Shortcoming(
      cause: "cgroup v1 hierarchies hold the controllers cpu, blkio, memory",
      remedy: "boot with cgroup_no_v1=all")
    let polled: Set<Feature> = [.memoryMax, .pidsMax, .memory, .storage, .processes]
    let kernel = Set(Feature.allCases.filter(\.isConfinement)).union([
      .cgroup, .kill, .freeze, .workSize, .cpu, .pressure,
    ])
    report.user = HostReport.User(id: 0, name: "root")
    report.findings = Feature.allCases.map { feature in
      if networked.contains(feature) { return HostReport.Finding(feature, .unavailable, network) }
      if kernel.contains(feature) { return HostReport.Finding(feature, .kernel) }
      return HostReport.Finding(feature, polled.contains(feature) ? .polled : .unavailable, cause)
    }
    report.groups.mountPoint = "/sys/fs/cgroup/unified"
    report.groups.versionOneControllers = ["blkio", "cpu", "memory"]
    report.groups.ownGroup = "/sys/fs/cgroup/unified"
    report.groups.jobs = "/sys/fs/cgroup/unified/rmrun"
    report.groups.supervisorLeaf = nil
    report.groups.scope = .notNeeded
    report.controllers = names.map { HostReport.Controller(name: $0, shortcoming: cause) }
    report.files[1].isPresent = nil
    return report
  }()

  /// Nothing from the kernel, and nothing granted.
  static let none: HostReport = {
    var report = full
    let cause = HostReport.Shortcoming(
      cause: "cgroup v2 is not mounted", remedy: "as root: mount -t cgroup2 cgroup2 /mnt")
    report.user = HostReport.User(id: 65_534, name: nil)
    report.findings = Feature.allCases.map {
      HostReport.Finding(
        $0, $0 == .cpu ? .polled : .unavailable,
        $0.isConfinement ? confinement : $0 == .workSize ? quotas : cause)
    }
    report.groups = HostReport.Groups()
    report.groups.scope = .unavailable(cause: "systemd does not run here")
    report.groups.shortcoming = cause
    report.controllers = names.map { HostReport.Controller(name: $0, shortcoming: cause) }
    report.files = []
    report.supervision = supervision(.ordinary)
    report.supervision.priorityShortcoming = HostReport.Shortcoming(
      cause: "no CAP_SYS_NICE", remedy: "as root: grant it")
    report.supervision.guardianFailure = "fork: no memory"
    report.supervision.isSubreaper = false
    return report
  }()

  private static let confinement = HostReport.Shortcoming(
    cause: "a container's filter refuses namespaces", remedy: nil)
  private static let names = ["cpu", "cpuset", "io", "memory", "pids"]
  private static let quotas = HostReport.Shortcoming(
    cause: "the file system of /srv does not hold projects to quotas", remedy: "mount it with -o prjquota")
  private static let networked: Set<Feature> = [
    .network, .networkBytes, .networkConnections, .networkLatency, .networkRate, .networkDomains,
  ]
  private static let network = HostReport.Shortcoming(
    cause: "programs on packets are not permitted", remedy: "run rmrun as root")
  private static let machine = HostReport.Machine(
    kernelRelease: "6.12.9",
    facts: HostFacts(
      cpus: 4, memory: ByteCount(bytes: 16 << 30), tick: .milliseconds(4), wakeLatency: .milliseconds(4)))

  private static func supervision(_ priority: HostReport.Priority) -> HostReport.Supervision {
    HostReport.Supervision(
      priority: priority, overshootPerCPU: .milliseconds(9), overshootPerGiB: .milliseconds(60),
      isSubreaper: true)
  }
}
