import Testing

@testable import LinuxSystem

struct InterfaceCountersTests {
  private static let headings = """
    Inter-|   Receive                                                |  Transmit
     face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

    """

  @Test func eachInterfaceIsOneLine() throws {
    let text =
      Self.headings + """
            lo:  840      10    0    0    0     0          0         0      841      11    0    0    0     0       0          0
        a:b: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16

        """
    let interfaces = try #require(InterfaceCounters.interfaces(in: Array(text.utf8)))
    #expect(
      interfaces == [
        .init(name: "lo", receivedBytes: 840, receivedPackets: 10, sentBytes: 841, sentPackets: 11),
        .init(name: "a:b", receivedBytes: 1, receivedPackets: 2, sentBytes: 9, sentPackets: 10),
      ])
  }

  @Test(arguments: [
    "", "lo: 1\n", headings + "lo 1 2\n", headings + "lo: 1 2 x 4 5 6 7 8 y 10 11 12 13 14 15 16\n",
  ])
  func whatIsNotThatIsNotUnderstood(_ text: String) {
    #expect(InterfaceCounters.interfaces(in: Array(text.utf8)) == nil)
  }

  @Test func theKernelsOwnIsUnderstood() throws {
    let interfaces = try InterfaceCounters(ofProcess: OwnProcess.pid).read()
    #expect(interfaces.contains { $0.name == "lo" })
  }
}
