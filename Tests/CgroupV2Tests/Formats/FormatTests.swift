import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

@Suite("Formats of control files")
struct FormatTests {
  @Test("io.stat of two devices")
  func ioStat() throws {
    let text = """
      8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0
      254:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021

      """
    let stat = try IOStat(parsing: Array(text.utf8))
    #expect(
      stat.devices[DeviceNumber(major: 8, minor: 16)]
        == IOStat.Transfer(
          readBytes: 1_459_200, writtenBytes: 314_773_504, readOperations: 192, writeOperations: 353))
    #expect(stat.total { $0.major == 254 }.readOperations == 8950)
    #expect(stat.total { _ in true }.readBytes == 1_459_200 + 90_430_464)
    #expect(stat.total { _ in false } == IOStat.Transfer())
  }

  static let ioTexts: [(String, [String: UInt64])] = [
    ("", [:]), ("8:0 \n", ["8:0": 0]), ("8:0\n", ["8:0": 0]),
    ("8:0 8:16 rbytes=5\n", ["8:16": 5]), ("8:0 rbytes=3\n8:0 rbytes=4\n", ["8:0": 7]),
    ("(unknown) rbytes=9\n8:0 rbytes=1\n", ["8:0": 1]), ("8:0 cost.usage=x rbytes=2\n", ["8:0": 2]),
    ("8:0 rbytes=18446744073709551615\n8:0 rbytes=1\n", ["8:0": .max]),
  ]

  @Test("io.stat in its stranger forms", arguments: ioTexts)
  func ioForms(text: String, reads: [String: UInt64]) throws {
    let stat = try IOStat(parsing: Array(text.utf8))
    let found = Dictionary(
      uniqueKeysWithValues: stat.devices.map { ($0.key.description, $0.value.readBytes) })
    #expect(found == reads)
  }

  @Test(
    "a malformed io.stat is refused",
    arguments: [
      "8:0 rbytes=\n", "8:0 rbytes=1", "x:0 rbytes=1\n", "8 rbytes=1\n", "8:0 rbytes=-1\n", "\n",
      "8:0 rbytes=18446744073709551616\n", "4294967296:0 rbytes=1\n", "8:0:1 rbytes=1\n", ": rbytes=1\n",
    ])
  func malformedIO(text: String) {
    #expect(throws: ValueError.self) { try IOStat(parsing: Array(text.utf8)) }
  }

  @Test("pressure with and without a 'full' line")
  func pressure() throws {
    let both = """
      some avg10=5.32 avg60=3.91 avg300=1.54 total=13805130
      full avg10=0.00 avg60=0.00 avg300=0.00 total=7

      """
    let totals = try PressureTotals(parsing: Array(both.utf8))
    #expect(totals.some == .microseconds(13_805_130) && totals.full == .microseconds(7))
    let some = try PressureTotals(parsing: Array("some avg10=0.00 total=1\n".utf8))
    #expect(some.full == nil)
  }

  @Test(
    "a malformed pressure text is refused",
    arguments: [
      "", "full total=1\n", "some avg10=0.00\n", "some total=x\n", "some total=1", "some total=-1\n",
    ])
  func malformedPressure(text: String) {
    #expect(throws: ValueError.self) { try PressureTotals(parsing: Array(text.utf8)) }
  }

  @Test("single values, and 'max'")
  func singleValues() throws {
    #expect(try SingleValue.number(parsing: Array("4096\n".utf8)) == 4096)
    #expect(try SingleValue.limit(parsing: Array("max\n".utf8)) == .unlimited)
    #expect(try SingleValue.limit(parsing: Array("512\n".utf8)) == .atMost(512))
    for text in ["", "max", "4096", "-1\n", "maximum\n", "1 2\n", "99999999999999999999\n"] {
      #expect(throws: ValueError.self) { try SingleValue.limit(parsing: Array(text.utf8)) }
    }
    #expect(throws: ValueError.self) { try SingleValue.number(parsing: Array("max\n".utf8)) }
  }

  @Test("cgroup.procs, with processes of another pid namespace")
  func processes() throws {
    let list = try ProcessList(parsing: Array("1201\n0\n1207\n0\n".utf8))
    #expect(list.visible == [1201, 1207] && list.hidden == 2 && !list.isEmpty)
    #expect(try ProcessList(parsing: []).isEmpty)
    for text in ["-5\n", "12", "4294967296\n", "a\n", "\n"] {
      #expect(throws: ValueError.self) { try ProcessList(parsing: Array(text.utf8)) }
    }
  }

  @Test("cgroup.controllers, with controllers that are not used here")
  func controllers() throws {
    let list = try Controller.list(parsing: Array("cpuset cpu io memory hugetlb pids rdma misc\n".utf8))
    #expect(list == [.cpuset, .cpu, .io, .memory, .pids])
    #expect(try Controller.list(parsing: []) == [])
    #expect(try Controller.list(parsing: Array("\n".utf8)) == [])
    #expect(throws: ValueError.self) { try Controller.list(parsing: Array("cpu".utf8)) }
  }

  @Test("cgroup.type")
  func type() throws {
    #expect(try GroupType(parsing: Array("domain\n".utf8)) == .domain)
    #expect(try GroupType(parsing: Array("domain threaded\n".utf8)) == .threadedDomain)
    #expect(try GroupType(parsing: Array("domain invalid\n".utf8)) == .invalidDomain)
    #expect(try GroupType(parsing: Array("threaded\n".utf8)) == .threaded)
    #expect(throws: ValueError.self) { try GroupType(parsing: Array("domains\n".utf8)) }
  }

  @Test("no parser traps on random bytes", arguments: 0..<200)
  func randomBytes(seed: UInt64) {
    var generator = SmallGenerator(state: seed &+ 1)
    let alphabet = Array("0123456789 :=\nmax some full total usage_usec populated -x".utf8) + [0, 255, 128]
    let bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
      alphabet.randomElement(using: &generator) ?? 0
    }
    _ = try? CPUStat(parsing: bytes)
    _ = try? MemoryEvents(parsing: bytes)
    _ = try? GroupEvents(parsing: bytes)
    _ = try? MemoryStat(parsing: bytes)
    _ = try? IOStat(parsing: bytes)
    _ = try? PressureTotals(parsing: bytes)
    _ = try? SingleValue.limit(parsing: bytes)
    _ = try? ProcessList(parsing: bytes)
    _ = try? Controller.list(parsing: bytes)
    _ = try? GroupType(parsing: bytes)
    _ = OwnGroup(parsing: bytes)
    _ = try? JobTag(parsing: bytes)
  }
}

/// A small generator with a seed, so that a failure can be repeated (xorshift64).
struct SmallGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
