import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupV2

@Suite("Counters, from a directory that plays the group")
struct CounterTests {
  static let full: [String: String] = [
    "cpu.stat":
      "usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\nnr_throttled 2\nthrottled_usec 5\n",
    "memory.current": "4096\n", "memory.peak": "8192\n", "memory.swap.current": "0\n",
    "memory.stat": "anon 1024\nfile 2048\nshmem 0\n",
    "memory.events": "low 0\nhigh 0\nmax 4\noom 1\noom_kill 1\noom_group_kill 0\n",
    "memory.events.local": "low 0\nhigh 0\nmax 4\noom 1\noom_kill 0\noom_group_kill 0\n",
    "io.stat": "8:0 rbytes=10 wbytes=20 rios=1 wios=2\n254:0 rbytes=10 wbytes=20 rios=1 wios=2\n",
    "pids.current": "3\n", "pids.peak": "7\n",
    "cpu.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=9\n",
    "cgroup.stat": "nr_descendants 1\nnr_dying_descendants 0\n",
  ]

  @Test("each counter from its file; what has no file is nil")
  func all() throws {
    let devices = try Fixture(["254:0/slaves/sda/dev": "8:0\n", "8:0/dev": "8:0\n"])
    let fixture = try Fixture(Self.full)
    let reader = CounterReader(of: try fixture.group, devices: BlockDevices(root: devices.path))
    let counters = try reader.read(.all)
    #expect(counters.cpu?.usage == .seconds(3) && counters.cpu?.throttledPeriods == 2)
    #expect(counters.memoryCurrent?.bytes == 4096 && counters.memoryPeak?.bytes == 8192)
    #expect(counters.memoryStat?.anonymous.bytes == 1024 && counters.swapCurrent?.bytes == 0)
    #expect(counters.memoryEvents?.oomKill == 1 && counters.memoryEventsLocal?.oomKill == 0)
    #expect(counters.tasks == 3 && counters.tasksPeak == 7)
    #expect(counters.cpuPressure?.some == .microseconds(9) && counters.memoryPressure == nil)
    #expect(counters.groups?.living == 1)
    // The device-mapper volume lies on 8:0, whose line has the same bytes once more.
    #expect(
      counters.storage
        == IOStat.Transfer(readBytes: 10, writtenBytes: 20, readOperations: 1, writeOperations: 2))
  }

  @Test("an empty directory has no counters, and that is no error")
  func none() throws {
    let reader = CounterReader(of: try Fixture().group, devices: BlockDevices())
    #expect(try reader.read(.all) == GroupCounters())
  }

  @Test("only what was selected is read")
  func selection() throws {
    let fixture = try Fixture(Self.full.merging(["pids.current": "nonsense\n"]) { $1 })
    let reader = CounterReader(of: try fixture.group, devices: BlockDevices())
    #expect(try reader.read().tasks == nil)
    #expect { try reader.read(.tasks) } throws: { error in
      let error = error as? CgroupError
      return error?.code == .malformed && error?.path == fixture.path + "/pids.current"
    }
  }

  @Test("a file that is kept open shows what is in it now")
  func fresh() throws {
    let fixture = try Fixture(Self.full)
    let reader = CounterReader(of: try fixture.group, devices: BlockDevices())
    #expect(try reader.read().memoryCurrent?.bytes == 4096)
    try fixture.put("12288\n", at: "memory.current")
    #expect(try reader.read().memoryCurrent?.bytes == 12288)
  }
}

@Suite("Block devices")
struct BlockDeviceTests {
  private func device(_ major: UInt32, _ minor: UInt32) -> DeviceNumber {
    DeviceNumber(major: major, minor: minor)
  }

  @Test("disks count; volumes on them, partitions, and loops over files on them don't")
  func leaves() throws {
    let root = try Fixture([
      "8:0/dev": "8:0\n", "8:1/partition": "1\n", "253:0/slaves/sda/dev": "8:0\n", "9:0/dev": "9:0\n",
      "7:0/loop/backing_file": "/proc/version\n", "7:1/loop/backing_file": "/no/such/file\n",
    ])
    try root.makeDirectories("9:0/slaves")
    let devices = BlockDevices(root: root.path)
    let answers = [(8, 0), (8, 1), (253, 0), (9, 0), (7, 0), (7, 1), (99, 9)].map {
      devices.isLeaf(device($0.0, $0.1))
    }
    // /proc lies on no block device, as a file in tmpfs does: the loop over it has nothing below that counts.
    #expect(answers == [true, false, false, true, true, false, true])
  }

  @Test("a path on no block device says so")
  func anonymous() {
    #expect(throws: Obstacle.noBlockDevice(path: "/proc/version")) {
      try BlockDevices().device(holding: "/proc/version")
    }
    #expect(throws: Obstacle.self) { try BlockDevices().device(holding: "/no/such/file") }
  }

  @Test("a path on a partition gives the disk")
  func partition() throws {
    let root = try FileStatus.of("/").device
    guard !root.isAnonymous else { return }
    // The file system of this machine's root plays a partition of 8:0.
    let fixture = try Fixture([
      "disk/dev": "8:0\n", "disk/part/partition": "1\n", "disk/part/dev": "\(root)\n",
    ])
    try fixture.link("\(root)", to: "disk/part")
    #expect(try BlockDevices(root: fixture.path).device(holding: "/") == device(8, 0))
    #expect(try BlockDevices(root: "/no/such/directory").device(holding: "/") == root)
  }
}
