import LinuxSystem
import ResourceModel

/// A question of the job's that is being asked upstream, for all who have asked it meanwhile.
///
/// A program that has waited for as long as it waits asks anew, from another port: then the answer that is on its way is for that, too.
final class Lookup {
  /// Who waits for the answer.
  enum Asker: Equatable {
    /// Somebody at an address, by way of a listener.
    case datagram(listener: Int, SocketAddress)
    /// A connection.
    case stream(token: UInt64)
  }

  /// How many may wait for the same; who comes next has to ask anew.
  static let mostAskers = 64

  let question: Question
  let ports: DestinationRules.Ports
  private(set) var askers: [(asker: Asker, query: Message)] = []
  /// The name servers in the order in which they are asked, in turn.
  let servers: [SocketAddress]
  /// How often somebody upstream has been asked.
  var tries = 0
  /// The one who is asked now.
  var exchange: UpstreamExchange?
  /// What the poller looks for on its behalf.
  var watched: Poller.Events = []
  /// When it has had its time.
  var deadline = Instant(nanoseconds: .max)

  init(_ question: Question, _ ports: DestinationRules.Ports, asking servers: [SocketAddress]) {
    (self.question, self.ports, self.servers) = (question, ports, servers)
  }

  /// The server that is asked now.
  var server: SocketAddress { servers[max(0, tries - 1) % servers.count] }

  /// Lets somebody wait for the answer, once for each query. Returns false if there is no room.
  func join(_ asker: Asker, _ query: Message) -> Bool {
    if askers.contains(where: { $0.asker == asker && $0.query.id == query.id }) { return true }
    guard askers.count < Self.mostAskers else { return false }
    // What a query may carry besides isn't kept: no one needs it, and there can be much of it.
    var kept = query
    kept.answers = []
    kept.edns?.options = []
    askers.append((asker, kept))
    return true
  }
}
