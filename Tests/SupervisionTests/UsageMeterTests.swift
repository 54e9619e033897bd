import CgroupPrograms
import LinuxSystem
import ResourceModel
import Testing

@testable import Supervision

@Suite("The meter of a job")
struct UsageMeterTests {
  /// A job that a test moves by hand.
  private final class StubContainment: Containment {
    var usage = Usage()
    private(set) var fullReadings = 0

    init() {
      (usage.cpuTime, usage.memoryCurrent, usage.processes) = (5, 1 << 30, 1)
      (usage.storageRead, usage.storageWritten) = (0, 0)
    }

    func cpuTime() -> UInt64? { usage.cpuTime }
    func counters(final: Bool) -> Usage {
      fullReadings += 1
      return usage
    }

    func latency() -> NetworkLatency? { nil }
    func traffic() -> Usage {
      var traffic = Usage()
      traffic.networkReceived = usage.networkReceived
      return traffic
    }

    func allow(_ allowance: NetworkAllowance) {}
    func refusedDestinations() -> NetworkRefusals? { nil }
    var refusals = NetworkTraffic.Refusals()

    let enforcement: [Feature: Mechanism] = [:]
    let degradations: [String] = []
    let groupPath: String? = nil
    let delay: Duration = .zero
    let eventDescriptor: Int32? = nil
    func prepare(_ request: inout SpawnRequest) {}
    func register(with guardian: borrowing Guardian, id: UInt64) throws(SystemError) {}
    func adopt(command pid: Int32) {}
    func noteReaped(_ end: ChildEnd) {}
    func isPopulated() -> Bool { true }
    func processes() -> [Int32] { [] }
    func signalAll(_ signal: Signal) {}
    func freeze() {}
    func thaw() {}
    func kill() {}
    func resize(from old: JobLimits, to new: JobLimits) {}
    func memoryVerdict() -> TerminationReason? { nil }
    func remove() -> Bool { true }
  }

  private let job = StubContainment()
  private let launched = Clock.boottime()

  private func meter() throws -> UsageMeter {
    let host = HostFacts(
      cpus: 1, memory: ByteCount(bytes: 4 << 30), tick: .milliseconds(4), wakeLatency: .zero)
    return UsageMeter(
      job, plan: try JobPlan(JobSpec(command: ["x"]), on: host),
      metering: [.memory: .kernel, .storage: .kernel],
      launched: launched)
  }

  @Test("of a job that stands still only the CPU time is read, and its memory is still billed")
  func stillness() throws {
    var meter = try meter()
    for second in 1...7 as ClosedRange<Int64> {
      _ = try meter.read(at: launched.advanced(by: .seconds(second)))
    }
    // The first, the second (which finds that it stands still), and the one that its patience ends with.
    #expect(job.fullReadings == 3)
    #expect(meter.readings == 7)
    // From nothing to a GiB in the first second, a GiB in the six after it.
    let expected: UInt128 = (1 << 30) * 6_500_000
    #expect(meter.usage.memoryTime == expected)
  }

  @Test("what comes in for a job that stands still is counted")
  func incoming() throws {
    var meter = try meter()
    for second in 1...3 as ClosedRange<Int64> {
      job.usage.networkReceived = UInt64(second) * 1000
      _ = try meter.read(at: launched.advanced(by: .seconds(second)))
      #expect(meter.usage.networkReceived == UInt64(second) * 1000)
    }
    #expect(job.fullReadings == 2)
    #expect(meter.usage.memoryCurrent == 1 << 30)
  }

  @Test("a job that goes on is read in full at once")
  func goingOn() throws {
    var meter = try meter()
    for second in 1...3 as ClosedRange<Int64> {
      _ = try meter.read(at: launched.advanced(by: .seconds(second)))
    }
    (job.usage.cpuTime, job.usage.memoryCurrent, job.usage.processes) = (6, 2 << 30, 9)
    let reading = try meter.read(at: launched.advanced(by: .seconds(4)))
    #expect(reading.memory == ByteCount(bytes: 2 << 30) && reading.processes == 9)
  }
}
