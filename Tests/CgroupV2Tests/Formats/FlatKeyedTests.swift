import ResourceModel
import Testing

@testable import CgroupV2

@Suite("Flat keyed files")
struct FlatKeyedTests {
  @Test("cpu.stat of a group with the cpu controller")
  func cpuWithController() throws {
    let text = """
      usage_usec 1503211
      user_usec 1403000
      system_usec 100211
      nice_usec 0
      core_sched.force_idle_usec 0
      nr_periods 15
      nr_throttled 3
      throttled_usec 20100
      nr_bursts 0
      burst_usec 0

      """
    let stat = try CPUStat(parsing: Array(text.utf8))
    #expect(stat.usage == .microseconds(1_503_211))
    #expect(stat.user == .microseconds(1_403_000))
    #expect(stat.system == .microseconds(100_211))
    #expect(stat.throttledPeriods == 3)
    #expect(stat.throttled == .microseconds(20_100))
  }

  @Test("cpu.stat without the cpu controller has no throttling, rather than 0")
  func cpuWithoutController() throws {
    let stat = try CPUStat(parsing: Array("usage_usec 1\nuser_usec 1\nsystem_usec 0\n".utf8))
    #expect(stat.throttled == nil)
    #expect(stat.throttledPeriods == nil)
  }

  @Test("the largest number of 64 bits is read without a trap")
  func largest() throws {
    let most = UInt64.max
    let stat = try CPUStat(parsing: Array("usage_usec \(most)\nuser_usec 0\nsystem_usec 0\n".utf8))
    #expect(stat.usage == .microseconds(most))
    #expect(stat.usage.nanoseconds == .max)
  }

  static let malformed: [String] = [
    "", "\n", "usage_usec\n", "usage_usec \nuser_usec 0\nsystem_usec 0\n", "usage_usec 12",
    "usage_usec 1\nuser_usec 1\n", "usage_usec -1\nuser_usec 0\nsystem_usec 0\n",
    "usage_usec 18446744073709551616\nuser_usec 0\nsystem_usec 0\n",
    "usage_usec 99999999999999999999999999\nuser_usec 0\nsystem_usec 0\n",
    "usage_usec 1 2\nuser_usec 0\nsystem_usec 0\n", "usage_usec 0x10\nuser_usec 0\nsystem_usec 0\n",
    "usage_usec 1\nuser_usec 1\nsystem_usec 1", "USAGE_USEC 1\nuser_usec 1\nsystem_usec 1\n",
    "usage_usec 1\nuser_usec 1\nsystem_usec 1\nnr_throttled x\n", "\u{0}\u{1}\u{2}",
  ]

  @Test("a malformed cpu.stat is refused", arguments: malformed)
  func malformedCPUStat(text: String) {
    #expect(throws: ValueError.self) { try CPUStat(parsing: Array(text.utf8)) }
  }

  @Test("memory.events before and after Linux 5.17")
  func memoryEvents() throws {
    let old = try MemoryEvents(parsing: Array("low 0\nhigh 4\nmax 12\noom 2\noom_kill 1\n".utf8))
    #expect(old == MemoryEvents(max: 12, oom: 2, oomKill: 1, oomGroupKill: nil))
    let new = try MemoryEvents(
      parsing: Array("low 0\nhigh 0\nmax 1\noom 1\noom_kill 5\noom_group_kill 1\n".utf8))
    #expect(new == MemoryEvents(max: 1, oom: 1, oomKill: 5, oomGroupKill: 1))
    #expect(throws: ValueError.self) { try MemoryEvents(parsing: Array("max 1\noom 1\n".utf8)) }
  }

  @Test("a key is matched whole, not by its beginning")
  func wholeKeys() throws {
    let text = FlatKeyedText(Array("oom_kill 7\noom 2\n".utf8))
    #expect(try text.value("oom") == 2)
    #expect(try text.value("oo") == nil)
  }

  @Test("cgroup.events, memory.stat and cgroup.stat")
  func others() throws {
    let events = try GroupEvents(parsing: Array("populated 1\nfrozen 0\n".utf8))
    #expect(events.isPopulated && events.isFrozen == false)
    #expect(try GroupEvents(parsing: Array("populated 0\n".utf8)).isFrozen == nil)
    let memory = try MemoryStat(parsing: Array("anon 10\nfile 20\nkernel 3\nshmem 5\n".utf8))
    #expect(memory.anonymous.bytes == 10 && memory.file.bytes == 20 && memory.shared?.bytes == 5)
    let count = try DescendantCount(parsing: Array("nr_descendants 2\nnr_dying_descendants 9\n".utf8))
    #expect(count.living == 2 && count.dying == 9)
  }
}
