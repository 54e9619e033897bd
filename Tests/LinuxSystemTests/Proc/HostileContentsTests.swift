import TestSupport
import Testing

@testable import LinuxSystem

@Suite("No contents make a parser trap")
struct HostileContentsTests {
  static let samples: [[UInt8]] = [
    MountInfoTests.line.bytes, ProcessStatTests.shell.bytes, "0::/a/b (deleted)\n".bytes,
    "root:x:0:0:root:/root:/bin/bash\n".bytes, ProcessFilesTests.io.bytes,
    "MemTotal:       24689376 kB\n".bytes,
  ]

  private func parseAll(_ bytes: [UInt8]) {
    _ = MountInfo.parse(bytes)
    _ = ProcessStat(bytes: bytes)
    _ = CgroupPath(bytes: bytes)
    _ = UserAccount.parse(bytes)
    _ = ProcessStorage(bytes: bytes)
    _ = Host.Memory(bytes: bytes)
    _ = ProcessFiles.residentBytes(inStatm: bytes)
    _ = DeviceNumber(text: bytes[...])
  }

  @Test(arguments: hostileContents)
  func hostile(_ bytes: [UInt8]) {
    parseAll(bytes)
    #expect(ProcessStat(bytes: bytes) == nil)
    #expect(ProcessStorage(bytes: bytes) == nil)
    #expect(Host.Memory(bytes: bytes) == nil)
  }

  @Test func randomlyDamagedSamples() {
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<2000 {
      for sample in Self.samples { parseAll(damaged(sample, by: &generator)) }
    }
  }

  @Test(arguments: samples)
  func everyPrefixOfASample(_ sample: [UInt8]) {
    for length in sample.indices { parseAll(Array(sample[..<length])) }
  }
}
