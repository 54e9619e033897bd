import LinuxSystem

/// Messages over a stream, each behind its length in two bytes (RFC 1035, 4.2.2).
final class FramedStream {
  /// What came of looking for a message.
  enum Arrival: Equatable {
    case message([UInt8])
    /// Not all of it is there.
    case pending
    /// None will come: the other end has closed, or sends more than it may.
    case ended
  }

  private let socket: StreamSocket
  /// How long a message may be.
  private let limit: Int
  private var incoming: [UInt8] = []
  private var outgoing: ArraySlice<UInt8> = []

  init(_ socket: consuming StreamSocket, limit: Int) {
    self.socket = socket
    self.limit = limit
  }

  var rawValue: Int32 { socket.rawValue }

  /// Whether something waits to be sent.
  var hasOutput: Bool { !outgoing.isEmpty }

  /// Sends a message, as far as there is room; `flush` sends the rest.
  func send(_ message: [UInt8]) throws(SystemError) {
    outgoing +=
      [UInt8(truncatingIfNeeded: message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
    try flush()
  }

  func flush() throws(SystemError) {
    while hasOutput {
      let count = try socket.send(outgoing)
      if count == 0 { return }
      outgoing = outgoing.dropFirst(count)
    }
  }

  /// The next message. Nothing behind it is taken from the kernel: what waits there is bounded.
  func next() throws(SystemError) -> Arrival {
    while true {
      var wanted = 2
      if incoming.count >= 2 {
        let length = Int(incoming[0]) << 8 | Int(incoming[1])
        if length > limit { return .ended }
        wanted += length
      }
      if incoming.count >= 2, incoming.count == wanted {
        defer { incoming = [] }
        return .message(Array(incoming.dropFirst(2)))
      }
      guard let bytes = try socket.receive(upTo: wanted - incoming.count) else { return .pending }
      if bytes.isEmpty { return .ended }
      incoming += bytes
    }
  }
}
