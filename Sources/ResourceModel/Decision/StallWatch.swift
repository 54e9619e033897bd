/// Tells a job that stands still at `memory.high` from one that is merely slowed down there.
///
/// Without swap, memory in use above `memory.high` can't be reclaimed: the kernel puts every task that allocates to sleep, again and
/// again, and nothing ever ends it. So a job all of whose tasks waited for memory during most of a stretch is taken to be stuck.
public struct StallWatch: Sendable, Hashable {
  /// The length of a stretch; a job is found to be stuck after one to two of them. The kernel brings its totals up to date
  /// every two seconds (PSI_FREQ), so that it has to be much longer than that.
  public static let stretch: Duration = .seconds(30)
  /// How much of a stretch has to be lost.
  private static let share = 0.9
  private var start: Point?

  private struct Point: Hashable {
    var at: Instant
    var stalled: Duration
  }

  /// A watch that has seen nothing.
  public init() {}

  /// Takes down for how long all tasks of the job have stood still so far.
  /// - Returns: whether they did so for most of the stretch that ends here.
  mutating func isStuck(_ stalled: Duration, at now: Instant) -> Bool {
    guard let start else {
      self.start = Point(at: now, stalled: stalled)
      return false
    }
    let elapsed = now.since(start.at)
    guard elapsed >= Self.stretch else { return false }
    self.start = Point(at: now, stalled: stalled)
    return stalled - start.stalled >= elapsed * Self.share
  }
}
