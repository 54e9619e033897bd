package import LinuxSystem
package import ResourceModel
import Synchronization

/// A job's own name server: it resolves the names of its list alone, and lets their addresses through before it tells them.
///
/// It has a thread of its own, so that a job that asks a lot keeps no one else waiting. Everything that it holds is bounded.
package final class NameServer: Sendable {
  /// Where it listens, of one kind of address.
  package struct Ports: Sendable, Hashable {
    /// UDP.
    package let datagram: UInt16
    /// TCP.
    package let stream: UInt16
  }

  /// Lets an address be reached at a port (0: at any) for so long from now on. It is called on the server's thread, and must not call the
  /// server.
  package typealias Allow = @Sendable (IPAddress, UInt16, Duration) throws(SystemError) -> Void

  /// Told, on the server's thread, that it resolves no more names although nobody stopped it; its ports are still its own.
  package typealias Failed = @Sendable (SystemError) -> Void

  /// At 127.0.0.1.
  package let ipv4: Ports
  /// At ::1; nil where there is no IPv6.
  package let ipv6: Ports?

  private let state: ServerState

  /// Listens, and starts the thread.
  package static func start(
    rules: DestinationRules, upstreams: Upstreams, failed: @escaping Failed, allow: @escaping Allow
  ) throws(SystemError) -> NameServer {
    try start(rules: rules, upstreams: upstreams, bounds: try .ofProcess(), failed: failed, allow: allow)
  }

  static func start(
    rules: DestinationRules, upstreams: Upstreams, bounds: ServerBounds, failed: @escaping Failed,
    allow: @escaping Allow
  ) throws(SystemError) -> NameServer {
    let (ipv4, ipv6) = (try Listeners(at: IPAddress(ipv4: 0x7f00_0001)), try Listeners.ipv6())
    let state = ServerState(bell: try Doorbell())
    let listeners = [ipv4, ipv6].compactMap { $0 }
    let worker = Worker(
      try ResolverLoop(rules, upstreams, listeners, state, bounds, allow: allow))
    guard DetachedThread.start({ worker.run(failed) }) else {
      throw SystemError("start a thread that resolves names", code: .other)
    }
    return NameServer(ipv4.ports, ipv6?.ports, state)
  }

  private init(_ ipv4: Ports, _ ipv6: Ports?, _ state: ServerState) {
    (self.ipv4, self.ipv6, self.state) = (ipv4, ipv6, state)
  }

  deinit { stop() }

  /// The names that were asked for and not resolved so far.
  package func refusals() -> RefusedNames { state.refusals() }

  /// Answers nothing more, and lets nothing more through once this has returned.
  package func stop() { state.stop() }
}

/// What the thread runs, and alone touches: it holds it from its first moment to its last.
private final class Worker: Sendable {
  private let loop: Mutex<ResolverLoop?>

  init(_ loop: sending ResolverLoop) { self.loop = Mutex(loop) }

  func run(_ failed: NameServer.Failed) {
    loop.withLock { loop in
      do throws(SystemError) { try loop?.run() } catch { failed(error) }
      // The sockets are closed: who still asks is refused at once.
      loop = nil
    }
  }
}
