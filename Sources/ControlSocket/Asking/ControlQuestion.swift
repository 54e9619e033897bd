import LinuxSystem
import ResourceModel

/// A request on its way to one supervisor, and what has come of the reply.
final class ControlQuestion {
  private let socket: LocalSocket
  private var sending: ArraySlice<UInt8>
  private var received: [UInt8] = []

  /// Connects.
  /// - Throws: `SystemError`; its code is `unanswered` where nobody listens any more.
  init(_ request: ControlRequest, to name: String, in directory: borrowing Descriptor, owner: UInt32)
    throws(SystemError)
  {
    socket = try LocalSocket.connect(to: name, in: directory)
    // What a user's directory holds may be another one's socket; nobody but its owner speaks for that user's jobs.
    guard try socket.peer().user == owner else {
      throw SystemError("trust the socket", path: name, code: .permission)
    }
    sending = ControlLine.line(request)[...]
  }

  /// The number, for a `Poller`.
  var rawValue: Int32 { socket.rawValue }

  /// Goes on as far as it can.
  /// - Returns: the reply, once it is there; nil until then.
  func proceed() throws(ControlFailure) -> ControlReply? {
    do {
      if !sending.isEmpty { sending = sending.dropFirst(try socket.send(sending)) }
      while let part = try socket.receive(upTo: 64 << 10) {
        if part.isEmpty { throw ControlFailure(.failed, "the job's supervisor ended without an answer") }
        received += part
        if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
          return try ControlLine.reply(Array(received[..<end]))
        }
        guard received.count < ControlLine.longestReply else {
          throw ControlFailure(
            .failed, "the supervisor's answer is longer than \(ControlLine.longestReply) bytes")
        }
      }
      return nil
    } catch let error as ControlFailure {
      throw error
    } catch {
      throw ControlFailure(.failed, "the job's supervisor ended without an answer: \(error)")
    }
  }
}
