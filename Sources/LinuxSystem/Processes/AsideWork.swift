import Glibc
import Synchronization

/// Something that may take long, done on a thread of its own: whoever needs it looks after other things until it is done.
package final class AsideWork<Outcome: Sendable>: Sendable {
  private let result = Mutex<Outcome?>(nil)
  private let done: Doorbell

  /// Starts it. Where the kernel gives no thread it is done here.
  package init(_ work: @escaping @Sendable () -> Outcome) throws(SystemError) {
    done = try Doorbell()
    if !DetachedThread.start({ [self] in finish(work()) }) { finish(work()) }
  }

  /// Readable once it is done.
  package var rawValue: Int32 { done.rawValue }

  /// What came of it; nil as long as it is not done.
  package var outcome: Outcome? { result.withLock { $0 } }

  /// Waits until it is done, and looks after nothing meanwhile.
  @discardableResult package func wait() -> Outcome {
    var bell = pollfd(fd: done.rawValue, events: Int16(POLLIN), revents: 0)
    while true {
      if let outcome { return outcome }
      _ = poll(&bell, 1, -1)
    }
  }

  private func finish(_ outcome: Outcome) {
    result.withLock { $0 = outcome }
    done.ring()
  }
}
