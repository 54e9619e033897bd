package import LinuxSystem
package import ResourceModel

/// One request and its reply, over a connection that never blocks the event loop.
package final class ControlConnection {
  /// What came of looking at it.
  package enum Progress {
    /// There is nothing to do until more comes, or can be sent.
    case waiting
    /// The request is there, once.
    case request(ControlRequest)
    /// The request makes no sense.
    case malformed(ControlFailure)
    /// It is over: the other end has gone, or all of the reply is sent.
    case over
  }

  private let socket: LocalSocket
  private var received: [UInt8] = []
  private var hasRequest = false
  private var sending: ArraySlice<UInt8>?
  /// When the other end has to have done its next part.
  package private(set) var deadline: Instant?
  /// How long it has for that.
  private static let patience: Duration = .seconds(2)

  init(_ socket: consuming LocalSocket) {
    self.socket = socket
    deadline = Clock.boottime().advanced(by: Self.patience)
  }

  /// The number, for a `Poller`.
  package var rawValue: Int32 { socket.rawValue }

  /// Whether there is more of a reply than the other end has room for.
  package var isSending: Bool { sending != nil }

  /// Who asks. Throws if that process is gone.
  package func peer() throws(SystemError) -> SocketPeer { try socket.peer() }

  /// Goes on as far as it can.
  package func proceed() -> Progress {
    if sending != nil { return send() }
    do {
      while let part = try socket.receive(upTo: 4096) {
        // Whoever closes, or goes on talking after the request, wants no reply.
        if part.isEmpty || hasRequest { return .over }
        received += part
        if let end = received.firstIndex(of: UInt8(ascii: "\n")) { return request(upTo: end) }
        guard received.count < ControlLine.longestRequest else {
          hasRequest = true
          return .malformed(
            ControlFailure(.badRequest, "the request is longer than \(ControlLine.longestRequest) bytes"))
        }
      }
      return .waiting
    } catch {
      return .over
    }
  }

  /// Sends the reply as far as there is room.
  package func reply(_ reply: ControlReply) -> Progress {
    sending = ControlLine.line(reply)[...]
    deadline = Clock.boottime().advanced(by: Self.patience)
    return send()
  }

  private func request(upTo end: Int) -> Progress {
    hasRequest = true
    deadline = nil
    do throws(ControlFailure) {
      return .request(try ControlLine.request(Array(received[..<end])))
    } catch {
      return .malformed(error)
    }
  }

  private func send() -> Progress {
    while let rest = sending, !rest.isEmpty {
      guard let count = try? socket.send(rest) else { return .over }
      if count == 0 { return .waiting }
      sending = rest.dropFirst(count)
    }
    return .over
  }
}
