import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

@Suite("Limits")
struct LimitTests {
  static let bandwidths: [(Int64, String)] = [
    (1500, "150000 100000"), (1000, "100000 100000"), (10, "1000 100000"), (9, "9000 1000000"),
    (1, "1000 1000000"), (0, "1000 1000000"), (-4, "1000 1000000"),
  ]

  @Test("CPUs as cpu.max, never below the kernel's least quota", arguments: bandwidths)
  func bandwidth(thousandths: Int64, text: String) {
    let bandwidth = CPUBandwidth(cpus: CPUCount(thousandths: thousandths))
    #expect(CPUBandwidth.text(.atMost(bandwidth)) == text)
  }

  @Test("more CPUs than can be does not trap")
  func hugeBandwidth() {
    #expect(CPUBandwidth(cpus: CPUCount(thousandths: .max)).quota > 0)
    #expect(CPUBandwidth.text(.unlimited) == "max")
  }

  @Test("each limit's text, and only those that are given")
  func writes() {
    var limits = GroupLimits()
    #expect(limits.writes.isEmpty && limits.controllers.isEmpty)
    limits.memoryMax = .atMost(ByteCount(bytes: 4096))
    limits.memorySwapMax = .atMost(ByteCount(bytes: 0))
    limits.memoryOOMGroup = true
    limits.pidsMax = .unlimited
    limits.ioMax[DeviceNumber(major: 8, minor: 16)] = IORates(
      readBytes: .atMost(2_097_152), writeOperations: .unlimited)
    limits.ioMax[DeviceNumber(major: 8, minor: 0)] = IORates()
    #expect(limits.controllers == [.memory, .pids, .io])
    #expect(
      limits.writes == [
        LimitWrite(file: .pidsMax, text: "max"), LimitWrite(file: .memoryOOMGroup, text: "1"),
        LimitWrite(file: .memorySwapMax, text: "0"), LimitWrite(file: .memoryMax, text: "4096"),
        LimitWrite(file: .ioMax, text: "8:16 rbps=2097152 wiops=max"),
      ])
  }

  @Test("looser before tighter: no state on the way is tighter than both ends", arguments: 0..<500)
  func resizeOrder(seed: UInt64) {
    var generator = SmallGenerator(state: seed &+ 77)
    func value() -> UInt64? { [nil, 100, 200, 300, .max].randomElement(using: &generator) ?? nil }
    func limit(_ value: UInt64) -> Limit<UInt64> { value == .max ? .unlimited : .atMost(value) }
    let files: [LimitFile] = [.memoryMax, .memoryHigh, .memorySwapMax]
    var state: [LimitFile: UInt64] = [:]
    var target: [LimitFile: UInt64] = [:]
    for file in files {
      state[file] = value() ?? 200
      target[file] = value()
    }
    let before = state
    var limits = GroupLimits()
    func bytes(_ file: LimitFile) -> Limit<ByteCount>? {
      target[file].map { $0 == .max ? .unlimited : .atMost(ByteCount(bytes: $0)) }
    }
    limits.memoryMax = bytes(.memoryMax)
    limits.memoryHigh = bytes(.memoryHigh)
    limits.memorySwapMax = bytes(.memorySwapMax)
    let current = ResizeOrder.Current(
      memoryMax: state[.memoryMax].map(limit), memoryHigh: state[.memoryHigh].map(limit),
      memorySwapMax: state[.memorySwapMax].map(limit))
    let writes = ResizeOrder.writes(of: limits, from: current)
    #expect(Set(writes.map(\.file)) == Set(target.keys) && writes.count == target.count)
    var tightened = false
    for write in writes {
      let new = UInt64(write.text) ?? .max
      let old = before[write.file] ?? 0
      if new < old { tightened = true }
      #expect(!(tightened && new > old), "a loosening came after a tightening")
    }
  }

  @Test("the worked example")
  func example() {
    var limits = GroupLimits()
    limits.memoryMax = .atMost(ByteCount(bytes: 512))
    limits.memoryHigh = .atMost(ByteCount(bytes: 400))
    let down = ResizeOrder.writes(
      of: limits, from: .init(memoryMax: .atMost(1024), memoryHigh: .atMost(900), memorySwapMax: .atMost(0)))
    #expect(down.map(\.file) == [.memoryHigh, .memoryMax])
    let up = ResizeOrder.writes(
      of: limits, from: .init(memoryMax: .atMost(256), memoryHigh: .atMost(100), memorySwapMax: .atMost(0)))
    #expect(up.map(\.file) == [.memoryMax, .memoryHigh])
  }
}
