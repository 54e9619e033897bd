import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupPrograms

@Suite(
  "Timing connections", .enabled(if: Stage.obstacle == nil, "needs what lets packets be counted"),
  .timeLimit(.minutes(15)))
struct LatencyMeterTests {
  /// Each of so many processes opens so many connections to one of two ports, of which the other end is in the group too.
  private func connect(_ count: Int, processes: Int, in stage: Stage) throws {
    try stage.run(
      """
      exec python3 -c '
      import os, socket
      servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
      children = []
      for number in range(\(processes)):
          if not (child := os.fork()):
              for _ in range(\(count)):
                  socket.create_connection(servers[number % 2].getsockname()).close()
              os._exit(0)
          children.append(child)
      for _ in range(\(count * processes) // 2):
          for server in servers:
              server.accept()[0].close()
      for child in children:
          os.waitpid(child, 0)
      '
      """)
  }

  @Test func connectionsOfManyProcessesAreAllCounted() throws {
    let stage = try Stage()
    let meter = try LatencyMeter()
    try meter.attach(to: stage.group)
    #expect(try meter.read() == NetworkLatency([], otherConnections: 0))
    try connect(100, processes: 8, in: stage)
    let latency = try meter.read()
    #expect(latency.destinations.map(\.connections) == [400, 400])
    #expect(latency.otherConnections == 0)
    for place in latency.destinations {
      #expect(place.address == IPAddress(ipv4: 0x7f00_0001))
      let (connect, roundTrip) = (try #require(place.connectTime), try #require(place.roundTripTime))
      #expect(.zero < connect.least && connect.least <= connect.mean && connect.mean <= connect.most)
      #expect(.zero < roundTrip.least && roundTrip.least <= roundTrip.mean)
      #expect(roundTrip.mean <= roundTrip.most)
    }
  }

  @Test func othersAreNotTimed() throws {
    let (stage, other) = (try Stage(), try Stage())
    let meter = try LatencyMeter()
    try meter.attach(to: stage.group)
    try connect(1, processes: 2, in: other)
    #expect(try meter.read().destinations == [])
  }

  @Test func aProgramOfAGroupAboveGoesOn() throws {
    let outer = try Stage()
    let inner = try Stage(in: outer.path)
    let (above, below) = (try LatencyMeter(), try LatencyMeter())
    try above.attach(to: outer.group)
    try below.attach(to: inner.group)
    try connect(2, processes: 2, in: inner)
    #expect(try above.read().destinations.map(\.connections) == [2, 2])
    #expect(try below.read().destinations.map(\.connections) == [2, 2])
  }
}
