import CNetworkPrograms
package import LinuxSystem

/// Has the kernel refuse connections that a job makes beyond so many open at a time: connect(2) fails with EPERM, as does socket(2) for
/// MPTCP, whose connections can't be counted.
///
/// Once attached, the programs live as long as the group, whether this does or not.
package final class ConnectionLimit: Sendable {
  private let connections: SharedMap
  private let sockets: SocketSet
  private let programs: [(program: GroupProgram, hook: GroupProgram.Hook)]

  /// Loads the programs; they refuse nothing yet. Throws `.permission` where this process may not, `.unsupported` where the kernel
  /// can't (before Linux 5.9).
  package init(atMost limit: UInt32) throws(SystemError) {
    let connections = try SharedMap(
      name: "rmrun_connects", words: MemoryLayout<rmrun_network_connections>.size / 8)
    try connections.write([UInt64(limit), 0])
    let sockets = try SocketSet(name: "rmrun_sockets", room: max(1, limit))
    let maps: [rmrun_network_map.RawValue: any ProgramMap] = [
      RMRUN_NETWORK_CONNECTIONS.rawValue: connections, RMRUN_NETWORK_OPEN_SOCKETS.rawValue: sockets,
    ]
    var programs: [(program: GroupProgram, hook: GroupProgram.Hook)] = []
    for (hook, compiled) in [
      (GroupProgram.Hook.connect4, rmrun_network_connect4), (.connect6, rmrun_network_connect6),
      (.create, rmrun_network_create), (.release, rmrun_network_release),
    ] {
      programs.append((try GroupProgram(for: hook, name: "rmrun_connect", compiled, maps), hook))
    }
    (self.connections, self.sockets, self.programs) = (connections, sockets, programs)
  }

  /// Has them run for a group and all below. On failure, as `GroupProgram.attach` throws it, nothing is refused.
  package func attach(to group: borrowing Descriptor) throws(SystemError) {
    try GroupProgram.attach(programs, to: group)
  }

  /// How many are open now.
  package func open() throws(SystemError) -> UInt64 { try connections.read()[1] }
}
