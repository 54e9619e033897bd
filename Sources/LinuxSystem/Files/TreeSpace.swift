import CLinuxSystem
import Synchronization

/// Adds up what a tree of files holds, on a thread of its own: a tree can be as large as it likes, and a disk as slow.
package final class TreeSpace: Sendable {
  /// What was found, and what that took.
  package struct Answer: Sendable, Hashable {
    /// Bytes of blocks: a file with holes counts as what it takes, one with several names in equal parts by each.
    package var bytes: UInt64
    /// Files of all kinds, directories and the tree's own among them; one with several names as above.
    package var files: UInt64
    /// CPU time of the look.
    package var cpuTime: Duration
    /// What is not in it.
    package var missed = TreeMissed()
  }

  private enum State: Sendable {
    case idle
    case counting
    case counted(Answer?)
  }

  private let directory: Descriptor
  private let most: UInt32
  private let state = Mutex(State.idle)

  /// Counts what an open directory holds, itself included.
  /// - Parameter most: how many entries are looked at.
  package init(of directory: consuming Descriptor, atMost most: UInt32 = TreeMissed.entries) {
    self.directory = directory
    self.most = most
  }

  /// Whether the directory has been removed, so that nothing can be made in it any more.
  package var isRemoved: Bool { rmrun_is_removed(directory.rawValue) == 1 }

  /// Adds up now.
  package func count() -> Answer? {
    var space = rmrun_tree_space()
    guard rmrun_tree_space(directory.rawValue, most, &space) >= 0 else { return nil }
    return Answer(
      bytes: space.bytes, files: space.files, cpuTime: .nanoseconds(Int64(clamping: space.cpu_nanoseconds)),
      missed: TreeMissed(space.missed))
  }

  /// Begins to add up. Returns false, and does nothing, while an answer is awaited.
  package func ask() -> Bool {
    let isMine = state.withLock { state in
      guard case .idle = state else { return false }
      state = .counting
      return true
    }
    guard isMine else { return false }
    let isStarted = DetachedThread.start { [self] in
      let answer = count()
      state.withLock { $0 = .counted(answer) }
    }
    if !isStarted { state.withLock { $0 = .idle } }
    return isStarted
  }

  /// What was found, once; nil as long as it is not there. One that could not be looked at holds nothing.
  package func takeAnswer() -> Answer? {
    state.withLock { state in
      guard case .counted(let answer) = state else { return nil }
      state = .idle
      return answer ?? Answer(bytes: 0, files: 0, cpuTime: .zero)
    }
  }
}
