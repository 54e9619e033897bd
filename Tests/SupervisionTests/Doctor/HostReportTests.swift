import CgroupV2
import LinuxSystem
import ResourceModel
import Testing

@testable import Supervision

@Suite("What doctor finds on this host")
struct HostReportTests {
  @Test("has one finding for each feature, and a cause for each that is not the kernel's")
  func isComplete() throws {
    let report = try HostSurvey.report(cgroupParent: nil)
    #expect(report.findings.map(\.feature) == Feature.allCases)
    for finding in report.findings { #expect((finding.shortcoming == nil) == (finding.mechanism == .kernel)) }
    #expect(report.controllers.map(\.name) == ["cpu", "cpuset", "io", "memory", "pids"])
    #expect((report.groups.jobs == nil) == (report.groups.shortcoming != nil))
    #expect(report.supervision.guardianFailure == nil)
    #expect(!report.binding.holdsAgainstHostileJobs)
  }

  @Test("a group that does not exist is a cause, not a failure")
  func namedGroupMissing() throws {
    let report = try HostSurvey.report(cgroupParent: "/rmrun-test-there-is-no-such-group")
    #expect(report.groups.jobs == nil)
    #expect(report.groups.shortcoming != nil)
    #expect(!report.findings.contains { $0.mechanism == .kernel && !$0.feature.isConfinement })
    #expect(report.findings.filter { $0.mechanism == .polled }.map(\.feature).contains(.cpu))
  }

  @Test("nothing of the look is left")
  func leavesNothing() throws {
    guard let host = try? CgroupHost.discover() else { return }
    let before = try Hierarchy(host)
    for _ in 0..<3 { _ = try HostSurvey.report(cgroupParent: nil) }
    let after = try Hierarchy(host)
    #expect(after.handedOn == before.handedOn)
    #expect(after.ownGroup == before.ownGroup)
    #expect(!after.groups.contains { $0.contains("doctor-") })
  }

  @Test("a requirement is met only by the kernel")
  func requirements() {
    let report = Samples.report([
      .cpu: .kernel, .memoryMax: .polled, .cpuMax: .unavailable, .network: .unavailable,
    ])
    func lacking(_ requirement: Requirement) -> [Feature] { report.lacking(requirement).map(\.feature) }
    #expect(lacking(.nothing) == [])
    #expect(lacking(.features([.cpu])) == [])
    #expect(lacking(.features([.cpu, .memoryMax])) == [.memoryMax])
    #expect(lacking(.kernel).starts(with: [.cpuMax, .memoryMax]))
    #expect(!lacking(.kernel).contains(.pressure))
  }
}

@Suite("Obstacles told together")
struct ObstacleTests {
  @Test("one start of the machine frees all that v1 holds")
  func heldByVersionOne() {
    let missing = Dictionary(
      uniqueKeysWithValues: [Controller.cpu, .io, .memory].map { ($0, Obstacle.heldByVersionOne($0)) })
    let together = Obstacle.together(missing)
    #expect(together.count == 1)
    #expect(together.first?.controllers == [.cpu, .io, .memory])
    #expect(together.first?.cause == "cgroup v1 hierarchies hold the controllers cpu, blkio, memory")
    #expect(together.first?.remedy.contains("cgroup_no_v1=cpu,blkio,memory ") == true)
  }

  @Test("what has different causes stays apart")
  func apart() {
    let together = Obstacle.together([
      .cpu: .notHandedOn(.cpu, path: "/a"), .io: .notHandedOn(.io, path: "/b"),
      .pids: .notHandedOn(.pids, path: "/a"), .memory: .notInKernel(.memory),
    ])
    #expect(together.map(\.controllers) == [[.cpu, .pids], [.io], [.memory]])
    #expect(together.first?.remedy.contains("+cpu +pids") == true)
  }

  @Test("a group to be delegated is named, not the file that was refused")
  func delegation() {
    let remedy = Obstacle.notPermitted(path: "/sys/fs/cgroup/a/cgroup.procs").remedy
    #expect(remedy.contains("G=/sys/fs/cgroup/a/USER;"))
  }
}

enum Samples {
  static func report(_ mechanisms: [Feature: Mechanism]) -> HostReport {
    HostReport(
      user: .init(id: 0, name: nil),
      machine: .init(
        kernelRelease: "6",
        facts: HostFacts(cpus: 1, memory: ByteCount(bytes: 1), tick: .zero, wakeLatency: .zero)),
      findings: mechanisms.map { .init($0.key, $0.value) }.sorted { $0.feature < $1.feature },
      groups: .init(),
      controllers: [], files: [],
      supervision: .init(
        priority: .ordinary, overshootPerCPU: .zero, overshootPerGiB: .zero, isSubreaper: true),
      binding: .init(runsAsOwnUser: true, isConfined: false))
  }
}

/// The part of the hierarchy that a look could change.
private struct Hierarchy {
  var handedOn: String?
  var ownGroup: String
  var groups: [String]

  init(_ host: CgroupHost) throws {
    let own = try GroupDirectory(path: host.ownGroup)
    handedOn = try own.read("cgroup.subtree_control").map { String(decoding: $0, as: UTF8.self) }
    ownGroup = try CgroupHost.discover().ownGroup
    groups = try own.childNames()
    if groups.contains("rmrun") { groups += (try? own.child("rmrun").childNames()) ?? [] }
  }
}
