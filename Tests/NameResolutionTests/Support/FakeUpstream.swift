import LinuxSystem
import ResourceModel
import Synchronization
import Testing

@testable import NameResolution

/// A name server of a test's own, on a thread of its own: it keeps what it was asked, and answers as it is told to.
final class FakeUpstream: Sendable {
  enum Way: Sendable, Hashable { case datagram, stream }

  struct Asked: Sendable {
    let way: Way
    let message: Message

    /// As it was written.
    var labels: [String] { message.question?.name.labels.map { String(decoding: $0, as: UTF8.self) } ?? [] }
  }

  /// What is sent back for a query, as it is; nothing: silence.
  typealias Answer = @Sendable (Message, Way) throws -> [[UInt8]]

  private struct State {
    var asked: [Asked] = []
    var failure: String?
    var isStopped = false
  }

  private final class Sockets: Sendable {
    let datagrams: DatagramSocket
    let streams: StreamListener
    let bell: Doorbell
    let state = Mutex(State())

    init() throws {
      datagrams = try DatagramSocket.bound(to: SocketAddress("127.0.0.1", port: 0))
      streams = try StreamListener(at: try datagrams.localAddress())
      bell = try Doorbell()
    }
  }

  private let sockets: Sockets
  let address: SocketAddress

  init(_ answer: @escaping Answer) throws {
    // Another's TCP socket may have the number already.
    var made: Sockets?
    for _ in 0..<20 where made == nil { made = try? Sockets() }
    let sockets = try #require(made)
    self.sockets = sockets
    address = try sockets.datagrams.localAddress()
    let isStarted = DetachedThread.start {
      do { try Self.serve(sockets, answer) } catch { sockets.state.withLock { $0.failure = "\(error)" } }
    }
    try #require(isStarted)
  }

  /// One that answers every query with records.
  convenience init(records: @escaping @Sendable (Question) -> [Record]) throws {
    try self.init { query, _ in [try query.answer(query.question.map(records) ?? []).encoded()] }
  }

  deinit {
    sockets.state.withLock { $0.isStopped = true }
    sockets.bell.ring()
  }

  /// All queries so far, in their order.
  var asked: [Asked] {
    sockets.state.withLock {
      if let failure = $0.failure { Issue.record("the fake name server failed: \(failure)") }
      return $0.asked
    }
  }

  private static func serve(_ sockets: Sockets, _ answer: Answer) throws {
    var poller = try Poller()
    try poller.add(sockets.bell.rawValue, token: 0, events: .readable)
    try poller.add(sockets.datagrams.rawValue, token: 1, events: .readable)
    try poller.add(sockets.streams.rawValue, token: 2, events: .readable)
    var connections: [UInt64: FramedStream] = [:]
    var nextToken: UInt64 = 3
    func taken(_ bytes: [UInt8], _ way: Way) throws -> [[UInt8]] {
      let message = try Message(decoding: bytes)
      sockets.state.withLock { $0.asked.append(Asked(way: way, message: message)) }
      return try answer(message, way)
    }
    while !sockets.state.withLock({ $0.isStopped }) {
      for event in try poller.wait(until: nil) {
        switch event.token {
        case 0: break
        case 1:
          while let (bytes, from) = try sockets.datagrams.receive(upTo: 65_535) {
            for reply in try taken(bytes ?? [], .datagram) { try sockets.datagrams.send(reply, to: from) }
          }
        case 2:
          guard let socket = try sockets.streams.accept() else { break }
          let stream = FramedStream(socket, limit: 65_535)
          try poller.add(stream.rawValue, token: nextToken, events: .readable)
          connections[nextToken] = stream
          nextToken += 1
        default:
          guard let stream = connections[event.token] else { break }
          switch (try? stream.next()) ?? .ended {
          case .pending: break
          case .message(let bytes): for reply in try taken(bytes, .stream) { try stream.send(reply) }
          case .ended:
            try poller.remove(stream.rawValue)
            connections[event.token] = nil
          }
        }
      }
    }
  }
}
