package import LinuxSystem
import Synchronization

/// Loads programs on a thread of its own: the kernel checks and translates one for as long as the rest of a launch takes.
package final class ProgramLoading<Loaded: Sendable>: Sendable {
  private let outcome = Mutex<Result<Loaded, SystemError>?>(nil)
  private let done: Doorbell

  /// Starts it.
  package static func start(
    _ load: @escaping @Sendable () throws(SystemError) -> Loaded
  ) -> Result<ProgramLoading, SystemError> {
    Result { () throws(SystemError) in try ProgramLoading(load) }
  }

  private init(_ load: @escaping @Sendable () throws(SystemError) -> Loaded) throws(SystemError) {
    done = try Doorbell()
    let isStarted = DetachedThread.start { [self] in
      let result = Result(catching: load)
      outcome.withLock { $0 = result }
      done.ring()
    }
    guard isStarted else { throw SystemError("start a thread to load a program", code: .other) }
  }

  /// What was loaded, once it is.
  package func loaded() throws(SystemError) -> Loaded {
    if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
    var poller = try Poller()
    try poller.add(done.rawValue, token: 0, events: .readable)
    while true {
      _ = try poller.wait(until: nil)
      if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
    }
  }
}
