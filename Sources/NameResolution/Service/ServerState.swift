import LinuxSystem
import Synchronization

/// What a name server's thread shares with others.
final class ServerState: Sendable {
  private struct Contents {
    var isStopped = false
    var refused = RefusedNames()
  }

  private let bell: Doorbell
  private let contents = Mutex(Contents())

  init(bell: consuming Doorbell) { self.bell = bell }

  /// The number, for a `Poller`: readable once it has been stopped.
  var rawValue: Int32 { bell.rawValue }

  var isStopped: Bool { contents.withLock { $0.isStopped } }

  func stop() {
    contents.withLock { $0.isStopped = true }
    bell.ring()
  }

  func refusals() -> RefusedNames { contents.withLock { $0.refused } }

  func countRefusal(of name: DomainName) { contents.withLock { $0.refused.count(name) } }

  /// Lets addresses through unless it has been stopped, and keeps `stop` waiting meanwhile.
  /// - Returns: whether all of them are.
  func whileServing(_ body: () throws(SystemError) -> Void) -> Bool {
    contents.withLock { contents in
      guard !contents.isStopped else { return false }
      return (try? body()) != nil
    }
  }
}
