import LinuxSystem
import ResourceModel

/// A query of the job's that is being asked upstream.
final class Lookup {
  /// Who waits for the answer.
  enum Asker: Equatable {
    /// Somebody at an address, by way of a listener.
    case datagram(listener: Int, SocketAddress)
    /// A connection.
    case stream(token: UInt64)
  }

  let query: Message
  let question: Question
  let ports: DestinationRules.Ports
  let asker: Asker
  /// How often somebody upstream has been asked.
  var tries = 0
  /// The one who is asked now.
  var exchange: UpstreamExchange?
  /// What the poller looks for on its behalf.
  var watched: Poller.Events = []
  /// When it has had its time.
  var deadline = Instant(nanoseconds: .max)

  init(_ query: Message, _ question: Question, _ ports: DestinationRules.Ports, for asker: Asker) {
    (self.query, self.question, self.ports, self.asker) = (query, question, ports, asker)
  }

  /// Whether somebody asks again what is being asked for him.
  func isSame(as query: Message, from asker: Asker) -> Bool {
    self.asker == asker && self.query.id == query.id && self.query.question == query.question
  }
}
