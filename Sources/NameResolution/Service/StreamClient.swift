import LinuxSystem
import ResourceModel

/// A connection to the server over TCP. It has one query at a time; the next is taken when that is answered.
final class StreamClient {
  let stream: FramedStream
  /// Whether its query is being asked upstream.
  var isBusy = false
  /// What the poller looks for on its behalf; nil: it doesn't.
  var watched: Poller.Events?
  /// When it has been silent, or hasn't taken its answer, for too long.
  var deadline: Instant

  init(_ socket: consuming StreamSocket, until deadline: Instant) {
    stream = FramedStream(socket, limit: Int(Message.mostQueryBytes))
    self.deadline = deadline
  }

  /// What it waits for.
  var interest: Poller.Events? {
    if stream.hasOutput { return .writable }
    return isBusy ? nil : .readable
  }
}
