package import LinuxSystem
import ResourceModel

/// What a thread waits at until another one opens it.
package final class Gate: Sendable {
  private let bell: Doorbell

  package init() throws(SystemError) { bell = try Doorbell() }

  package func open() { bell.ring() }

  /// Waits. Returns false if nobody opens it within the time.
  package func isOpened(within time: Duration) -> Bool {
    guard var poller = try? Poller() else { return false }
    try? poller.add(bell.rawValue, token: 0, events: .readable)
    return (try? poller.wait(until: Clock.boottime().advanced(by: time)))?.count == 1
  }
}
