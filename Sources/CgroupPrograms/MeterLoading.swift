package import LinuxSystem
import Synchronization

/// Loads a meter on a thread of its own: the kernel checks and translates a program for as long as the rest of a launch takes.
package final class MeterLoading<Meter: Sendable>: Sendable {
  private let outcome = Mutex<Result<Meter, SystemError>?>(nil)
  private let done: Doorbell

  /// Starts it.
  package static func start(
    _ load: @escaping @Sendable () throws(SystemError) -> Meter
  ) -> Result<MeterLoading, SystemError> {
    Result { () throws(SystemError) in try MeterLoading(load) }
  }

  private init(_ load: @escaping @Sendable () throws(SystemError) -> Meter) throws(SystemError) {
    done = try Doorbell()
    let isStarted = DetachedThread.start { [self] in
      let loaded = Result(catching: load)
      outcome.withLock { $0 = loaded }
      done.ring()
    }
    guard isStarted else { throw SystemError("start a thread to load a program", code: .other) }
  }

  /// The meter, once it is loaded.
  package func meter() throws(SystemError) -> Meter {
    if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
    var poller = try Poller()
    try poller.add(done.rawValue, token: 0, events: .readable)
    while true {
      _ = try poller.wait(until: nil)
      if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
    }
  }
}
