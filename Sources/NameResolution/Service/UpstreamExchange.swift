import LinuxSystem
import SystemPackage

/// One query on its way to one name server, over a socket of its own: the source port is as hard to guess as the number.
final class UpstreamExchange {
  /// A name server that sends more than it was asked to over UDP is not one.
  private static let mostDatagramBytes = 4096

  private enum Way {
    case datagram(Datagram)
    case stream(FramedStream)
  }

  private final class Datagram {
    let socket: DatagramSocket
    init(_ socket: consuming DatagramSocket) { self.socket = socket }
  }

  private let query: UpstreamQuery
  private let way: Way

  /// Sends the query in a datagram.
  init(datagramTo server: SocketAddress, _ question: Question) throws(SystemError) {
    query = try UpstreamQuery(question)
    let datagram = Datagram(try DatagramSocket.connected(to: server))
    try datagram.socket.send(query.bytes)
    way = .datagram(datagram)
  }

  /// Begins to connect; the query is sent once it is connected.
  init(streamTo server: SocketAddress, _ question: Question) throws(SystemError) {
    query = try UpstreamQuery(question)
    way = .stream(FramedStream(try StreamSocket.connect(to: server), limit: Message.mostBytes))
    isUnsent = true
  }

  private var isUnsent = false

  /// The number, for a `Poller`.
  var rawValue: Int32 {
    switch way {
    case .datagram(let datagram): datagram.socket.rawValue
    case .stream(let stream): stream.rawValue
    }
  }

  /// What it waits for.
  var interest: Poller.Events {
    if case .stream(let stream) = way, isUnsent || stream.hasOutput { .writable } else { .readable }
  }

  /// Goes on as far as it can. Throws when no answer will come.
  /// - Returns: the answer; nil if it isn't there yet.
  func proceed() throws(SystemError) -> Message? {
    switch way {
    case .datagram(let datagram):
      // What isn't the answer is passed over, and the answer still awaited: whoever sends it must not be able to end the wait.
      guard let (bytes, _) = try datagram.socket.receive(upTo: Self.mostDatagramBytes) else { return nil }
      return bytes.flatMap { query.answer(in: $0) }
    case .stream(let stream):
      if isUnsent {
        isUnsent = false
        try stream.send(query.bytes)
      } else {
        try stream.flush()
      }
      switch try stream.next() {
      case .pending: return nil
      case .ended: throw SystemError("ask a name server", errno: .connectionReset)
      case .message(let bytes):
        guard let answer = query.answer(in: bytes), !answer.isTruncated else {
          throw SystemError("ask a name server", code: .malformed)
        }
        return answer
      }
    }
  }
}
