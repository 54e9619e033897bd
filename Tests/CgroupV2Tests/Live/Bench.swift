import LinuxSystem
import ResourceModel
import Testing
@testable import CgroupV2

@Suite struct Bench {
  @Test func make() throws {
    let stage = try LiveGroup()
    let base = try Live.base(in: stage)
    let host = try Live.host.get()
    let devices = BlockDevices()
    let tag = try TestJob.tag()
    var a: Int64 = 0, b: Int64 = 0, c: Int64 = 0, d: Int64 = 0
    for _ in 0..<500 {
      let t0 = Clock.boottime().nanoseconds
      let job = try JobGroup.make(tag, in: base, limits: GroupLimits(), host: host, devices: devices)
      let t1 = Clock.boottime().nanoseconds
      _ = try job.readCounters()
      let t2 = Clock.boottime().nanoseconds
      _ = try job.readCounters(.all)
      let t3 = Clock.boottime().nanoseconds
      try job.remove(until: Clock.boottime().advanced(by: .seconds(1)))
      let t4 = Clock.boottime().nanoseconds
      a += t1 - t0; b += t2 - t1; c += t3 - t2; d += t4 - t3
    }
    print("make \(a/500) cheap \(b/500) all \(c/500) remove \(d/500) ns")
    let t0 = Clock.boottime().nanoseconds
    for _ in 0..<100 { _ = try CgroupHost.discover() }
    let t1 = Clock.boottime().nanoseconds
    for _ in 0..<100 { _ = try Placement(host: host, ownProcesses: []).plan(needed: []) }
    let t2 = Clock.boottime().nanoseconds
    print("discover \((t1-t0)/100) plan \((t2-t1)/100) ns")
  }
}
