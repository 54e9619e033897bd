import Glibc
package import ResourceModel
import Synchronization

/// An exclusive lock on a file that processes wait for without looking again and again: flock(2), with a deadline.
///
/// The kernel has no such call with a time limit, so where the lock is taken a thread of its own waits for it; one whose asker has
/// given up lets go at once of what it gets.
package enum FileLock {
  /// Takes the lock. It is held until the descriptor is closed, by the process's end at the latest.
  /// - Parameter path: the file; made if it is missing, for its owner alone.
  /// - Returns: nil if others held it until the deadline on `Clock.boottime`.
  package static func acquire(_ path: String, until deadline: Instant) throws(SystemError) -> Descriptor? {
    let file = try Descriptor.open(path, [.readWrite, .create, .noFollow], mode: 0o600)
    if try file.lockExclusively() { return file }
    return try Wait(file.take()).end(until: deadline)
  }

  private final class Wait: Sendable {
    private enum State {
      case waiting
      case obtained
      case abandoned
    }

    private let file: Int32
    private let state = Mutex(State.waiting)
    private let bell: Doorbell

    /// Owns the descriptor from here on.
    init(_ file: Int32) throws(SystemError) {
      self.file = file
      do {
        bell = try Doorbell()
      } catch {
        close(file)
        throw error
      }
    }

    func end(until deadline: Instant) throws(SystemError) -> Descriptor? {
      guard DetachedThread.start({ [self] in work() }) else {
        close(file)
        throw SystemError("start a thread that waits for a lock", code: .other)
      }
      var poller = try Poller()
      try poller.add(bell.rawValue, token: 0, events: .readable)
      _ = try poller.wait(until: deadline)
      let isMine = state.withLock { state in
        if state == .obtained { return true }
        state = .abandoned
        return false
      }
      return isMine ? Descriptor(owning: file) : nil
    }

    private func work() {
      while flock(file, LOCK_EX) != 0, errno == EINTR {}
      let isWanted = state.withLock { state in
        guard state == .waiting else { return false }
        state = .obtained
        return true
      }
      if isWanted { bell.ring() } else { close(file) }
    }
  }
}
