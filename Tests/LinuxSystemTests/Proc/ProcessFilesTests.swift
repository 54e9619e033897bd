import Testing

@testable import LinuxSystem

@Suite("Files below /proc/PID")
struct ProcessFilesTests {
  static let io = """
    rchar: 323934931
    wchar: 323929600
    syscr: 632687
    syscw: 632675
    read_bytes: 4096
    write_bytes: 323932160
    cancelled_write_bytes: 1000

    """

  @Test func storageIsWhatWasWrittenLessWhatWasCancelled() throws {
    let storage = try #require(ProcessStorage(bytes: Self.io.bytes))
    #expect(storage.readBytes == 4096)
    #expect(storage.writtenBytes == 323_931_160)
    #expect(storage.readCalls == 632_687)
    #expect(storage.writeCalls == 632_675)
  }

  @Test func cancellingMoreThanWasWrittenIsNothing() {
    let text = "syscr: 1\nsyscw: 1\nread_bytes: 0\nwrite_bytes: 5\ncancelled_write_bytes: 6\n"
    #expect(ProcessStorage(bytes: text.bytes)?.writtenBytes == 0)
  }

  @Test func aMissingLineIsNil() {
    #expect(ProcessStorage(bytes: "read_bytes: 0\nwrite_bytes: 5\n".bytes) == nil)
  }

  @Test(
    "statm counts pages",
    arguments: [
      ("1864 453 411 7 0 89 0\n", 453), ("1864 0", 0), ("1864", nil), ("", nil), ("1 x", nil),
      ("1 18446744073709551615", nil),
    ] as [(String, UInt64?)])
  func statm(_ text: String, _ pages: UInt64?) throws {
    let page = try #require(ProcessFiles.residentBytes(inStatm: "1 1".bytes))
    #expect(ProcessFiles.residentBytes(inStatm: text.bytes) == pages.map { $0 * page })
  }

  @Test(
    "a key is a whole word",
    arguments: [
      ("Pss_Anon: 1 kB\nPss:  12 kB\n", 12288), ("SwapPss: 1 kB\n", nil), ("Pss: x kB\n", nil),
      ("Pss: 18446744073709551615 kB\n", nil), ("Pss:\t3 kB", 3072),
    ] as [(String, UInt64?)])
  func kibibytes(_ text: String, _ bytes: UInt64?) {
    #expect(ProcessFiles.kibibytes("Pss", in: text.bytes) == bytes)
  }

  @Test func thisProcessCanBeRead() throws {
    let pid = OwnProcess.pid
    #expect(try ProcessFiles.residentBytes(pid: pid) > 1 << 20)
    #expect(try ProcessFiles.proportionalBytes(pid: pid) > 1 << 20)
    _ = try ProcessFiles.storage(pid: pid)
    #expect(try ProcessFiles.cgroup(pid: pid) == ProcessFiles.ownCgroup())
  }

  @Test func aProcessThatIsGoneIsNotFound() {
    #expect { try ProcessFiles.residentBytes(pid: .max) } throws: { ($0 as? SystemError)?.code == .notFound }
  }
}
