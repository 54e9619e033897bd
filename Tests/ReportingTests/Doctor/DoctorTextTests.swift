import Reporting
import ResourceModel
import Testing

@Suite("Doctor's text")
struct DoctorTextTests {
  @Test("has the exact form")
  func exactForm() {
    #expect(DoctorText.text(SampleHosts.partial) == partialGolden)
  }

  @Test("fits 80 columns, but for words that can't be broken", arguments: SampleHosts.all.map(\.name))
  func fits(name: String) throws {
    let report = try #require(SampleHosts.all.first { $0.name == name }?.report)
    for line in DoctorText.text(report).split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
      #expect(!line.hasSuffix(" "))
    }
  }

  @Test("names every feature under what holds it")
  func namesEveryFeature() {
    for (_, report) in SampleHosts.all {
      let text = DoctorText.text(report)
      for finding in report.findings { #expect(text.contains(finding.feature.rawValue)) }
    }
  }

  @Test("tells each cause once, however many features it keeps away")
  func eachCauseOnce() {
    let text = DoctorText.text(SampleHosts.none)
    #expect(text.ranges(of: "cgroup v2 is not mounted").count == 1)
    #expect(text.contains("  for      all but work-size\n"))
  }

  @Test("says what can't be had beyond groups")
  func beyondGroups() {
    let text = DoctorText.text(SampleHosts.none)
    for part in [
      "user 65534", "can't be started: fork: no memory", "orphans get out of sight", "a shorter wake latency",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test("control characters of a host's names don't reach the terminal")
  func escapes() {
    var report = SampleHosts.partial
    report.groups.jobs = "/sys/\u{1b}[2Jrmrun"
    report.machine.kernelRelease = "6\u{1b}"
    report.findings[3].shortcoming?.cause = "\u{7}"
    #expect(!DoctorText.text(report).unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
  }

  @Test("says whom a budget binds")
  func binding() {
    var report = SampleHosts.partial
    #expect(DoctorText.text(report).contains("Jobs that do not attack it. A job runs as root"))
    report.binding.isConfined = true
    #expect(DoctorText.text(report).contains("Every job: it can't reach rmrun"))
  }
}

private let partialGolden = """
  rmrun on this host, for root (Linux 6.12.9, 4 CPUs, 16 GiB)

  Limits
    kernel         cgroup, cgroup.kill, cgroup.freeze, work-size
    polled         memory.max, pids.max
    unavailable    cpu.max, cpu.weight, cpuset.cpus, cpuset.mems, memory.high,
                   memory.swap.max, io.max, network.bytes, network.connections,
                   network.rate, network.domains

  Meters
    kernel         cpu, pressure
    polled         memory, storage, processes
    unavailable    network, network-latency

  Confinement
    kernel         seccomp, capabilities, user, landlock, namespace.pid,
                   namespace.mount, namespace.ipc, namespace.uts, namespace.net,
                   namespace.cgroup, namespace.user

  What would have the kernel hold the rest
    for      cpu.max, cpu.weight, cpuset.cpus, cpuset.mems, memory.max,
             memory.high, memory.swap.max, pids.max, io.max, memory, storage,
             processes
    because  cgroup v1 hierarchies hold the controllers cpu, blkio, memory
    do       boot with cgroup_no_v1=all

    for      network.bytes, network.connections, network.rate, network.domains,
             network, network-latency
    because  programs on packets are not permitted
    do       run rmrun as root

  Groups
    cgroup v2      mounted at /sys/fs/cgroup/unified
    cgroup v1      has blkio, cpu, memory
    own group      /sys/fs/cgroup/unified
    jobs' groups   /sys/fs/cgroup/unified/rmrun/job-ID
    rmrun itself   stays where it is
    systemd scope  not needed
    controllers    none; missing: cpu, cpuset, io, memory, pids
    first moment   a command starts in its group (clone3)
    files          cgroup.kill; unknown: memory.peak

  Supervision
    priority       SCHED_RR, ahead of every ordinary process: wakes within 4ms
    accounting     every 4ms, the kernel's tick
    overshoot      at most 9ms of CPU time for each busy CPU, and 60ms for each
                   GiB that the kernel has to free
    guardian       works: whoever kills rmrun ends its jobs
    subreaper      yes: no orphan gets out of sight

  Whom the budget binds
    Jobs that do not attack it. A job runs as root like rmrun itself, unconfined:
    it can signal rmrun, move out of its group and edit rmrun's files, and no Unix
    tool can prevent that. Have hostile code confined: rmrun --profile untrusted,
    and as another user: --user USER.

  """
