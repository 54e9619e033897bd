package import LinuxSystem
import Synchronization

/// Loads a meter on a thread of its own: the kernel checks and translates a program for as long as the rest of a launch takes.
package final class NetworkMeterLoading: Sendable {
  private let outcome = Mutex<Result<NetworkMeter, SystemError>?>(nil)
  private let done: Doorbell

  /// Starts it.
  /// - Parameter holds: whether it can refuse packets.
  package static func start(holds: Bool) -> Result<NetworkMeterLoading, SystemError> {
    do throws(SystemError) {
      return .success(try NetworkMeterLoading(holds: holds))
    } catch {
      return .failure(error)
    }
  }

  private init(holds: Bool) throws(SystemError) {
    done = try Doorbell()
    guard DetachedThread.start({ [self] in load(holds: holds) }) else {
      throw SystemError("start a thread to load a program", code: .other)
    }
  }

  /// The meter, once it is loaded.
  package func meter() throws(SystemError) -> NetworkMeter {
    if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
    var poller = try Poller()
    try poller.add(done.rawValue, token: 0, events: .readable)
    while true {
      _ = try poller.wait(until: nil)
      if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
    }
  }

  private func load(holds: Bool) {
    let loaded: Result<NetworkMeter, SystemError>
    do throws(SystemError) {
      loaded = .success(try NetworkMeter(holds: holds))
    } catch {
      loaded = .failure(error)
    }
    outcome.withLock { $0 = loaded }
    done.ring()
  }
}
