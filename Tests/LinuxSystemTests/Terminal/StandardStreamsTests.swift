import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("Standard streams", .timeLimit(.minutes(15)))
struct StandardStreamsTests {
  @Test func allBytesArrive() throws {
    let directory = try TemporaryDirectory()
    let file = try Descriptor.open(directory.path + "/out", [.writeOnly, .create])
    let text = String(repeating: "line\n", count: 10_000)
    #expect(StandardStreams.write(text.utf8, to: file.rawValue))
    #expect(try directory.contents("out") == text)
  }

  @Test func aClosedOneIsNoReasonToFail() {
    #expect(!StandardStreams.write("x".utf8, to: 1_000_000))
    #expect(StandardStreams.write("".utf8, to: 1_000_000))
  }

  @Test func aFullOneIsNoReasonToFail() throws {
    let full = try Descriptor.open("/dev/full", .writeOnly)
    #expect(!StandardStreams.write("x".utf8, to: full.rawValue))
  }

  @Test("a pipe that nobody reads holds nobody up", arguments: [false, true])
  func unread(_ nonBlocking: Bool) throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let reader = Descriptor(owning: ends[0])
    let writer = Descriptor(owning: ends[1])
    if nonBlocking { try #require(fcntl(writer.rawValue, F_SETFL, O_NONBLOCK) == 0) }
    let large = [UInt8](repeating: 0x20, count: 1 << 20)
    #expect(!StandardStreams.write(large, to: writer.rawValue, patience: .milliseconds(20)))
    #expect(try reader.readOnce(upTo: 1 << 20).count >= 4096)
  }

  @Test func aPipeWhoseReaderIsGoneIsNoReasonToDie() async {
    await #expect(processExitsWith: .success) {
      let source = try SignalSource()
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      close(ends[0])
      #expect(!StandardStreams.write("x".utf8, to: ends[1]))
      #expect(source.rawValue >= 0)
    }
  }

  @Test func aTerminalHasAWidth() throws {
    var (master, terminal): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: 97, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&master, &terminal, nil, nil, &size) == 0)
    defer {
      close(master)
      close(terminal)
    }
    #expect(StandardStreams.isTerminal(terminal))
    #expect(StandardStreams.width(terminal) == 97)
    #expect(!StandardStreams.isForeground(terminal), "it isn't this session's")
  }

  @Test func aFileHasNone() throws {
    let file = try Descriptor.open("/dev/null", .readWrite)
    #expect(!StandardStreams.isTerminal(file.rawValue))
    #expect(StandardStreams.width(file.rawValue) == nil)
    #expect(!StandardStreams.isForeground(file.rawValue))
  }
}
