import CLinuxSystem
import SystemPackage

/// A connection to another process of this host: a stream socket of unix(7), which never blocks.
package struct LocalSocket: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// Connects to the socket of that name in a directory.
  /// - Throws: `SystemError`; its code is `unanswered` where nobody listens any more.
  package static func connect(to name: String, in directory: borrowing Descriptor) throws(SystemError)
    -> LocalSocket
  {
    let number = directory.rawValue
    return LocalSocket(
      Descriptor(owning: try shim("connect to", path: name) { rmrun_socket_connect(number, name) }))
  }

  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// The number, for a `Poller`.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Who is at the other end: who connected, or who listens. Throws if that process is gone.
  package func peer() throws(SystemError) -> SocketPeer {
    let number = descriptor.rawValue
    var peer = rmrun_socket_peer()
    try shim("ask who is connected") { rmrun_socket_peer(number, &peer) }
    return try SocketPeer(pid: peer.pid, user: peer.uid, pidfd: peer.pidfd)
  }

  /// Sends what there is room for.
  /// - Returns: how many bytes of it; 0 if there is none now.
  package func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int { try descriptor.send(bytes) }

  /// Receives what has come, at most `count` bytes.
  /// - Returns: nil if nothing has come yet; empty if the other end has closed.
  package func receive(upTo count: Int) throws(SystemError) -> [UInt8]? {
    try descriptor.receive(upTo: count)
  }
}

/// The process at the other end of a socket.
package struct SocketPeer: ~Copyable, Sendable {
  /// Its number; 0 where it lives in a PID namespace that isn't seen from here.
  package let pid: Int32
  /// Its effective user, as it was when it connected or began to listen.
  package let user: UInt32
  private let pidfd: Descriptor

  fileprivate init(pid: Int32, user: UInt32, pidfd: Int32) throws(SystemError) {
    (self.pid, self.user) = (pid, user)
    self.pidfd = pidfd >= 0 ? Descriptor(owning: pidfd) : try ProcessControl.open(pid: pid)
  }

  /// Whether the number still means that process: then what was read of it under `/proc` before is of no other.
  package func isAlive() throws(SystemError) -> Bool {
    var poller = try Poller()
    try poller.add(pidfd.rawValue, token: 0, events: .readable)
    return try poller.wait(until: Clock.boottime()).isEmpty
  }
}
