import LinuxSystem
import ResourceModel
import Synchronization

/// Whose turn it is to write.
///
/// SQLite keeps no queue of those who wait: who has just committed and writes again is first, always, and others starve. So a
/// writer first waits at a door (a lock on a file beside the ledger), goes through with the ledger's own lock in hand, and lets the
/// next one to the door. Who has just written has to stand behind those who wait there.
///
///     wait at the door ─▶ stand in the door, wait for SQLite's lock ─▶ write
///     (many)              (one)                                        (one)
final class Turn: Sendable {
  private let door: String
  private let patience: Duration
  private let started = Mutex(Instant(nanoseconds: 0))
  /// How often who stands in the door looks whether the ledger is free.
  private static let pause: Duration = .microseconds(100)

  /// - Parameters:
  ///   - path: the ledger's file.
  ///   - patience: how long to wait at all.
  init(path: String, patience: Duration) {
    door = path + "-door"
    self.patience = patience
  }

  /// Waits until nobody else stands in the door. What is returned keeps it closed until it is released.
  func come() throws(LedgerError) -> DoorLock {
    do {
      if let lock = try FileLock.acquire(door, until: Clock.boottime().advanced(by: patience)) {
        return DoorLock(lock)
      }
    } catch {
      throw LedgerError(.failed, "the ledger's lock: \(error)")
    }
    throw LedgerError(.busy, "the ledger is held by another process (\(door)); try again, or end that one")
  }

  /// For SQLite's busy handler: waits before another look; false if it has been long enough.
  func wait(afterTries tries: Int) -> Bool {
    let now = Clock.monotonic()
    let start = started.withLock { start in
      if tries == 0 { start = now }
      return start
    }
    guard now.since(start) < patience else { return false }
    Clock.sleep(Self.pause)
    return true
  }
}

/// The door, closed by this process.
final class DoorLock: Sendable {
  private let lock: Mutex<Descriptor?>

  init(_ descriptor: consuming Descriptor) { lock = Mutex(descriptor) }

  /// Lets the next one in.
  func release() { lock.withLock { $0 = nil } }
}
