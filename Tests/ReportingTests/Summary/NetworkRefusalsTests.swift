import ResourceModel
import Testing

@testable import Reporting

@Suite("What was refused in the network")
struct NetworkRefusalsTests {
  @Test("is told in a line, the most frequent first")
  func isTold() {
    #expect(
      SampleReports.held.network?.text()
        == "api.example.org (3 times), 192.0.2.7:22/tcp (2 times), 2001:db8::7/ip-43 (once), "
        + "[2001:db8::8]:53/udp (once), and others, 1 socket")
    #expect(
      SampleReports.held.network?.text(atMost: 1) == "api.example.org (3 times), and others, 1 socket")
    #expect(NetworkRefusals(otherNames: 1).text() == "and others")
    #expect(NetworkRefusals(sockets: 2).text() == "2 sockets")
    #expect(NetworkRefusals().text() == nil)
  }

  @Test("stands in the summary, where there was any")
  func standsInTheSummary() {
    let said = Summary.lines(SampleReports.held).filter { $0.contains("network refused") }
    #expect(said.count == 1 && said[0].hasPrefix("rmrun:   network refused: api.example.org (3 times), "))
    var quiet = SampleReports.held
    quiet.network = NetworkRefusals()
    #expect(!Summary.lines(quiet).contains { $0.contains("network") })
    #expect(quiet.mechanismFacts.first { $0.label == "network" }?.value == "refused: nothing")
    #expect(!SampleReports.stopped.mechanismFacts.contains { $0.label == "network" })
  }

  @Test("is safe for a terminal", arguments: TrickyText.all)
  func isSafe(text: String) throws {
    let line = try #require(NetworkRefusals(names: [.init(name: text, count: 1)]).text())
    #expect(!line.unicodeScalars.contains { TrickyText.isControl($0) })
    #expect(line.count < 80)
  }

  @Test("stands in the report to the last count")
  func standsInTheReport() {
    let expected: JSONValue = [
      "refused": .array([
        ["address": "192.0.2.7", "port": .integer(22), "protocol": "tcp", "count": .integer(2)],
        ["address": "2001:db8::7", "port": .null, "protocol": "ip-43", "count": .integer(1)],
        ["address": "2001:db8::8", "port": .integer(53), "protocol": "udp", "count": .integer(1)],
      ]),
      "refusedMore": .integer(4),
      "refusedNames": .array([["name": "api.example.org", "count": .integer(3)]]),
      "refusedNamesMore": .integer(0),
      "refusedSockets": .integer(1),
    ]
    #expect(SampleReports.held.network?.json == expected)
  }

  @Test("is bounded, and what is left out is counted")
  func isBounded() {
    let places = (1...100).map {
      NetworkRefusals.Destination(
        address: IPAddress(ipv4: $0), port: 9, protocolNumber: 6, count: UInt64($0))
    }
    let names = (1...70).map { NetworkRefusals.Name(name: "n\($0)", count: 1) }
    let refusals = NetworkRefusals(destinations: places, otherDestinations: 5)
      .adding(names: names, otherNames: 2)
    #expect(refusals.destinations.map(\.count) == (37...100).reversed().map(UInt64.init))
    #expect(refusals.otherDestinations == 5 + (1...36).reduce(0, +))
    #expect(refusals.names.count == 64 && refusals.otherNames == 2 + 6)
  }
}
