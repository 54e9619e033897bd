import LinuxSystem
import ResourceModel
import Synchronization

/// How long to wait before the next try while another process writes.
///
/// SQLite keeps no queue of those who wait: whoever tries first after a commit gets the lock. So that nobody starves, those who
/// have waited longest try most often: the pause shrinks from about 4 ms at first to a tenth of it.
///
///     tries:        0 … 3   4 … 15   16 …
///     pause (ms):   0.5–4   0.3–1.2  0.2–0.4
final class BackOff: Sendable {
  private let patience: Duration
  private let started = Mutex(Instant(nanoseconds: 0))

  /// - Parameter patience: how long to try at all.
  init(patience: Duration) { self.patience = patience }

  /// Waits before another try; false if it has been tried for long enough.
  func wait(afterTries tries: Int) -> Bool {
    let now = Clock.monotonic()
    let start = started.withLock { start in
      if tries == 0 { start = now }
      return start
    }
    guard now.since(start) < patience else { return false }
    Clock.sleep(Self.pause(afterTries: tries, random: .random(in: 0...UInt64.max)))
    return true
  }

  /// The pause before a try.
  /// - Parameter random: spreads those who wait; any number.
  static func pause(afterTries tries: Int, random: UInt64) -> Duration {
    let (least, most): (UInt64, UInt64) =
      switch tries {
      case ..<4: (500, 4000)
      case ..<16: (300, 1200)
      default: (200, 400)
      }
    return .microseconds(Int64(least + random % (most - least)))
  }
}
