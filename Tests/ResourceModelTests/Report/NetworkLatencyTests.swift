import Testing

@testable import ResourceModel

@Suite("Latency by destination")
struct NetworkLatencyTests {
  private func place(_ number: UInt32, _ connections: UInt64, port: UInt16 = 1) -> NetworkLatency.Destination
  {
    NetworkLatency.Destination(
      address: IPAddress(ipv4: number), port: port, connections: connections, connectTime: nil,
      roundTripTime: nil)
  }

  @Test func theBusiestComeFirstThenByAddress() {
    let places = [place(2, 1, port: 9), place(2, 1, port: 8), place(1, 1), place(9, 5)]
    let latency = NetworkLatency(places, otherConnections: 7)
    #expect(latency.destinations == [places[3], places[2], places[1], places[0]])
    #expect(latency.otherConnections == 7)
  }

  @Test func theRestIsCounted() {
    let latency = NetworkLatency((1...70).map { place($0, UInt64($0)) }, otherConnections: 100)
    #expect(latency.destinations.map(\.connections) == (7...70).reversed())
    #expect(latency.otherConnections == 100 + 1 + 2 + 3 + 4 + 5 + 6)
  }
}
