import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

/// These need controllers in v2: the virtual machine has them all.
@Suite("Controllers, live", .timeLimit(.minutes(15)))
struct ControllerLiveTests {
  @Test(
    "a job over its own memory limit is killed as a whole, for its own limit",
    .enabled(if: Live.lacks(.memory) == nil, "no memory controller: \(Live.lacks(.memory) ?? "")"))
  func ownLimit() throws {
    var limits = GroupLimits()
    limits.memoryMax = .atMost(ByteCount(bytes: 32 << 20))
    limits.memorySwapMax = .atMost(ByteCount(bytes: 0))
    limits.memoryOOMGroup = true
    let test = try TestJob(limits: limits, needed: [.memory])
    #expect(test.job.limits[.memoryMax] == .kernel && test.job.limits[.memoryOOMGroup] == .kernel)
    let child = try test.start("sleep 1000 & exec tail /dev/zero")
    #expect(try child.wait()?.outcome == .signaled(.kill))
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon(30)))
    #expect(try test.job.oomVerdict() == .ownLimit)
    let counters = try test.job.readCounters(.all)
    #expect(counters.memoryEvents?.oomKill ?? 0 > 0 && counters.memoryStat != nil)
  }

  @Test(
    "a job that is killed for the limit of the group above is told so",
    .enabled(if: Live.lacks(.memory) == nil, "no memory controller: \(Live.lacks(.memory) ?? "")"))
  func ancestorLimit() throws {
    let test = try TestJob(needed: [.memory])
    try test.base.directory.write("memory.swap.max", "0")
    try test.base.directory.write("memory.max", String(32 << 20))
    let child = try test.start("exec tail /dev/zero")
    #expect(try child.wait()?.outcome == .signaled(.kill))
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon(30)))
    #expect(try test.job.oomVerdict() == .ancestorLimit(path: test.base.directory.path))
  }

  @Test(
    "a limit that a job set on a group of its own is not the job's",
    .enabled(if: Live.lacks(.memory) == nil, "no memory controller: \(Live.lacks(.memory) ?? "")"))
  func nestedLimit() throws {
    let test = try TestJob(needed: [.memory])
    #expect(test.job.directory.handOn([.memory]).isEmpty)
    try test.job.directory.makeChild("inner")
    let inner = try test.job.directory.child("inner")
    try inner.write("memory.swap.max", "0")
    try inner.write("memory.max", String(16 << 20))
    let child = try test.start("exec tail /dev/zero", in: inner)
    #expect(try child.wait()?.outcome == .signaled(.kill))
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon(30)))
    #expect(try test.job.oomVerdict() == .nestedLimit)
  }

  @Test(
    "memory limits change while the job runs, up and down",
    .enabled(if: Live.lacks(.memory) == nil, "no memory controller: \(Live.lacks(.memory) ?? "")"))
  func resize() throws {
    var limits = GroupLimits()
    limits.memoryMax = .atMost(ByteCount(bytes: 256 << 20))
    limits.memoryHigh = .atMost(ByteCount(bytes: 200 << 20))
    let test = try TestJob(limits: limits, needed: [.memory])
    let child = try test.start("exec sleep 1000")
    for (max, high) in [(128, 100), (512, 400), (64, 50)] as [(UInt64, UInt64)] {
      limits.memoryMax = .atMost(ByteCount(bytes: max << 20))
      limits.memoryHigh = .atMost(ByteCount(bytes: high << 20))
      let outcomes = try test.job.resize(limits)
      #expect(outcomes == [.memoryMax: .kernel, .memoryHigh: .kernel])
      #expect(
        try test.job.directory.read("memory.max", SingleValue.limit(parsing:)) == .atMost(max << 20))
    }
    try test.job.directory.kill(until: test.soon())
    _ = try child.wait()
  }

  @Test(
    "pids.max holds back forks",
    .enabled(if: Live.lacks(.pids) == nil, "no pids controller: \(Live.lacks(.pids) ?? "")"))
  func pids() throws {
    var limits = GroupLimits()
    limits.pidsMax = .atMost(8)
    let test = try TestJob(limits: limits, needed: [.pids])
    #expect(test.job.limits == [.pidsMax: .kernel])
    let child = try test.start("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & done; wait")
    #expect(try eventually { try test.job.readCounters(.tasks).tasks ?? 0 >= 2 })
    #expect(try test.job.readCounters(.tasks).tasks ?? .max <= 8)
    try test.job.directory.kill(until: test.soon())
    _ = try child.wait()
  }

  @Test(
    "cpu.max throttles, and cpu.stat says so",
    .enabled(if: Live.lacks(.cpu) == nil, "no cpu controller: \(Live.lacks(.cpu) ?? "")"))
  func cpu() throws {
    var limits = GroupLimits()
    limits.cpuMax = .atMost(CPUBandwidth(cpus: CPUCount(thousandths: 100)))
    limits.cpuWeight = 50
    let test = try TestJob(limits: limits, needed: [.cpu])
    #expect(test.job.limits == [.cpuMax: .kernel, .cpuWeight: .kernel])
    let child = try test.start("while :; do :; done")
    #expect(try eventually { try test.job.readCounters(.cpu).cpu?.throttledPeriods ?? 0 > 0 })
    try test.job.directory.kill(until: test.soon())
    _ = try child.wait()
  }

  @Test(
    "a populated group is never turned threaded",
    .enabled(if: Live.lacks(.pids) == nil, "no pids controller: \(Live.lacks(.pids) ?? "")"))
  func notThreaded() throws {
    let test = try TestJob(needed: [.pids])
    // A job's own groups have no controllers to hand on, unless it is handed some.
    #expect(test.job.directory.handOn([.pids]).isEmpty)
    let child = try test.start("exec sleep 1000")
    let facts = try GroupFacts.of(test.job.main, own: [])
    #expect(facts.otherProcesses == 1)
    let host = try Live.host.get()
    let plan = try PlacementPlan.below(facts, parent: nil, needed: [.pids], absence: host.absence)
    #expect(plan.enable.isEmpty && plan.missing[.pids] != nil)
    // And if it were tried all the same, it is taken back.
    let refused = test.job.main.handOn([.pids])
    #expect(
      refused[.pids] != nil || (try? GroupFacts.of(test.job.main, own: []).available.contains(.pids)) == false
    )
    #expect(try GroupFacts.of(test.job.main, own: []).type == .domain)
    try test.job.directory.kill(until: test.soon())
    _ = try child.wait()
  }

  /// A directory on a block device that can be written; nil where there is none.
  static let disk: String? = ["/mnt/disk", "/var/tmp", "/tmp"].first { path in
    guard (try? BlockDevices().device(holding: path)) != nil, let name = try? RandomName.make(count: 8) else {
      return false
    }
    guard let directory = try? Descriptor.open(path, [.readOnly, .directory]),
      (try? directory.makeDirectory(name)) != nil
    else { return false }
    return (try? directory.removeDirectory(name)) != nil
  }

  @Test(
    "what goes to a disk is counted once, and io.max is taken for that disk",
    .enabled(if: Live.lacks(.io) == nil, "no io controller: \(Live.lacks(.io) ?? "")"),
    .enabled(if: disk != nil, "no writable directory on a block device"))
  func storage() throws {
    let path = try #require(Self.disk) + "/rmrun-" + (try RandomName.make(count: 8))
    var limits = GroupLimits()
    let device = try BlockDevices().device(holding: try #require(Self.disk))
    limits.ioMax[device] = IORates(writtenBytes: .atMost(64 << 20), writeOperations: .unlimited)
    let test = try TestJob(limits: limits, needed: [.io])
    #expect(test.job.limits == [.ioMax: .kernel])
    let line = try test.job.directory.read("io.max").map { String(decoding: $0, as: UTF8.self) }
    #expect(line?.hasPrefix("\(device) rbps=max wbps=67108864") == true)
    let child = try test.start(
      "dd if=/dev/zero of=\(path) bs=1M count=16 oflag=direct 2>/dev/null; status=$?; rm -f \(path); exit $status"
    )
    #expect(try child.wait()?.outcome == .exited(0))
    #expect(try test.job.directory.waitUntilEmpty(until: test.soon()))
    let written = try #require(try test.job.readCounters(.storage).storage?.writtenBytes)
    // Above the 16 MiB: what the file system itself writes for the file.
    #expect(written >= 16 << 20 && written < 18 << 20)
  }
}
