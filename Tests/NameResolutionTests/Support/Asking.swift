import LinuxSystem
import ResourceModel
import Synchronization
import Testing

@testable import NameResolution

/// What a name server let through.
final class Gate: Sendable {
  struct Opening: Sendable, Hashable {
    let address: IPAddress
    let port: UInt16
    let life: Duration
  }

  private let contents = Mutex<[Opening]>([])

  var openings: [Opening] { contents.withLock { $0 } }

  var allow: NameServer.Allow {
    { (address, port, life) throws(SystemError) in
      self.contents.withLock { $0.append(Opening(address: address, port: port, life: life)) }
    }
  }
}

/// A program that asks a name server over UDP.
struct Asker: ~Copyable {
  private let socket: DatagramSocket
  /// Long enough for any machine: nothing is measured by it.
  static let patience = Duration.seconds(30)

  init(_ server: NameServer) throws {
    socket = try DatagramSocket.connected(to: SocketAddress("127.0.0.1", port: server.ipv4.datagram))
  }

  func send(_ bytes: [UInt8]) throws { try socket.send(bytes) }

  /// What comes next.
  func receive() throws -> Message? { try receiveBytes().map { try Message(decoding: $0) } }

  func receiveBytes() throws -> [UInt8]? {
    var poller = try Poller()
    try poller.add(socket.rawValue, token: 0, events: .readable)
    guard try !poller.wait(until: Clock.boottime().advanced(by: Self.patience)).isEmpty else { return nil }
    return try socket.receive(upTo: 65_535)?.bytes
  }

  func ask(_ query: Message) throws -> Message {
    try send(query.encoded())
    return try #require(try receive())
  }
}

/// A program that asks over TCP.
final class StreamAsker {
  private let stream: FramedStream

  init(_ address: SocketAddress) throws {
    stream = FramedStream(try StreamSocket.connect(to: address), limit: 65_535)
    try wait(.writable)
  }

  convenience init(_ server: NameServer) throws {
    try self.init(SocketAddress("127.0.0.1", port: server.ipv4.stream))
  }

  func send(_ message: [UInt8]) throws { try stream.send(message) }

  /// Nil once the server has closed.
  func receive() throws -> Message? {
    while true {
      try wait(.readable)
      // A server that closes with something unread resets the connection.
      switch (try? stream.next()) ?? .ended {
      case .pending: continue
      case .ended: return nil
      case .message(let bytes): return try Message(decoding: bytes)
      }
    }
  }

  func ask(_ query: Message) throws -> Message {
    try send(query.encoded())
    return try #require(try receive())
  }

  private func wait(_ events: Poller.Events) throws {
    var poller = try Poller()
    try poller.add(stream.rawValue, token: 0, events: events)
    try #require(try !poller.wait(until: Clock.boottime().advanced(by: Asker.patience)).isEmpty)
  }
}

extension NameServer {
  /// One for a list, that asks these upstreams.
  static func start(
    _ list: String, _ upstreams: [SocketAddress], timeout: Duration = Asker.patience, attempts: Int = 1,
    bounds: ServerBounds = ServerBounds(descriptors: nil), gate: Gate
  ) throws -> NameServer {
    try start(
      rules: try DestinationRules(parsing: list),
      upstreams: Upstreams(servers: upstreams, timeout: timeout, attempts: attempts), bounds: bounds,
      failed: { Issue.record($0) }, allow: gate.allow)
  }
}
