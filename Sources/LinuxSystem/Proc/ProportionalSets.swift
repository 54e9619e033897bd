import Synchronization

/// Reads proportional set sizes on a thread of its own.
///
/// `smaps_rollup` takes the lock of the process's address space. A process that forks or maps while it gets no CPU, or that
/// waits for a page from FUSE or userfaultfd, holds that lock for as long as it likes: whoever enforces anything may not wait
/// for it. Only `smaps`, `maps`, `environ` and `cmdline` do so; `statm`, `stat` and `io` don't.
package final class ProportionalSets: Sendable {
  /// The sizes in bytes by process; a process that could not be looked into is left out.
  package typealias Answer = [Int32: UInt64]

  private enum State: Sendable {
    case idle
    case reading
    case read(Answer)
  }

  private let state = Mutex(State.idle)

  package init() {}

  /// Begins to read those of some processes. Returns false, and does nothing, while an answer is awaited.
  package func ask(_ processes: [Int32]) -> Bool {
    let isMine = state.withLock { state in
      guard case .idle = state else { return false }
      state = .reading
      return true
    }
    guard isMine else { return false }
    let isStarted = DetachedThread.start { [self] in
      var answer = Answer()
      for pid in processes { answer[pid] = try? ProcessFiles.proportionalBytes(pid: pid) }
      state.withLock { $0 = .read(answer) }
    }
    if !isStarted { state.withLock { $0 = .idle } }
    return isStarted
  }

  /// What was read, once; nil as long as it is not there.
  package func takeAnswer() -> Answer? {
    state.withLock { state in
      guard case .read(let answer) = state else { return nil }
      state = .idle
      return answer
    }
  }
}
