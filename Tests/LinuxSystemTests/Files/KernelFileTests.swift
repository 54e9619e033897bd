import TestSupport
import Testing

@testable import LinuxSystem

@Suite("Kernel files")
struct KernelFileTests {
  @Test func eachReadIsOfNow() throws {
    let directory = try TemporaryDirectory()
    try directory.write("memory.current", "1\n")
    let file = try KernelFile(at: directory.open(), "memory.current")
    #expect(try file.read() == "1\n".bytes)
    try directory.write("memory.current", "22\n")
    #expect(try file.read() == "22\n".bytes)
    try directory.write("memory.current", "")
    #expect(try file.read().isEmpty)
  }

  @Test("all of a long file comes", arguments: [4095, 4096, 4097, 200_000])
  func long(_ size: Int) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("long", String(repeating: "x", count: size))
    #expect(try KernelFile(path: path).read().count == size)
    #expect(try SmallFile.read(path).count == size)
  }

  @Test func aKernelFileChangesUnderOneDescriptor() throws {
    let file = try KernelFile(path: "/proc/self/stat")
    #expect(try ProcessStat(bytes: file.read())?.pid == OwnProcess.pid)
    #expect(try ProcessStat(bytes: file.read())?.pid == OwnProcess.pid)
  }

  @Test func aLinkInTheLastPlaceIsNotFollowed() throws {
    let directory = try TemporaryDirectory()
    try directory.write("real", "x")
    try directory.link("linked", to: "real")
    let open = try directory.open()
    #expect(throws: SystemError.self) { _ = try KernelFile(at: open, "linked") }
    #expect(throws: SystemError.self) { try SmallFile.write(at: open, "linked", "y") }
    #expect(try directory.contents("real") == "x")
  }

  @Test func aRefusedWriteNamesTheFileAndTheReason() throws {
    #expect {
      try SmallFile.write("/dev/full", "x")
    } throws: {
      let error = $0 as? SystemError
      return error?.code == .noSpace && error?.path == "/dev/full"
        && error?.description.contains("/dev/full: No space left on device; free some space") == true
    }
  }

  @Test func aFileThatIsMissingIsNotMade() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: SystemError.self) { try SmallFile.write(at: directory.open(), "memory.max", "1") }
    #expect(try directory.names().isEmpty)
  }
}
