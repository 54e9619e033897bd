import CNetworkPrograms
package import LinuxSystem

/// Has the kernel count what a job's sockets move, from the first packet on: a program that is attached to the job's group.
///
/// A socket belongs to the group of the process that made it, for ever: one that a job inherits is counted where it was made.
package final class NetworkMeter: Sendable {
  private static let name = "rmrun_count"
  private static let form = CounterMap.Form(
    name: "rmrun_traffic", words: MemoryLayout<rmrun_traffic>.size / 8,
    entries: Int(RMRUN_TRAFFIC_KINDS.rawValue))

  private let map: CounterMap
  private let program: PacketProgram

  /// Loads the program; it counts nothing yet. Throws `.permission` where this process may not, `.unsupported` where the kernel can't.
  package init() throws(SystemError) {
    map = try CounterMap(Self.form)
    let compiled = rmrun_network_count
    program = try PacketProgram(
      name: Self.name, Array(UnsafeBufferPointer(start: compiled.instructions, count: compiled.count)),
      map: map, uses: UnsafeBufferPointer(start: compiled.uses, count: compiled.use_count).map { Int($0) })
  }

  /// Has it count for a group and all below. On failure it counts nothing.
  ///
  /// Throws `.busy` where a group above has a program that it allows none beside: the kernel would run ours instead of that, and so lift
  /// what that forbids.
  package func attach(to group: borrowing Descriptor) throws(SystemError) {
    var attached: [PacketProgram.Direction] = []
    do throws(SystemError) {
      for direction in PacketProgram.Direction.allCases {
        let before = try PacketProgram.count(for: group, direction)
        try program.attach(to: group, direction)
        attached.append(direction)
        guard before > 0, try PacketProgram.count(for: group, direction) != before + 1 else { continue }
        throw SystemError("attach a program beside that of a group above", code: .busy)
      }
    } catch {
      for direction in attached { try? program.detach(from: group, direction) }
      throw error
    }
  }

  /// What was moved since it was attached.
  package func read() throws(SystemError) -> NetworkTraffic { try Self.traffic(in: map) }

  /// What the meter that a supervisor left on a group has counted; nil if there is none.
  ///
  /// Its programs and counters live as long as the group. Throws `.permission` where this process may not ask.
  package static func left(on group: borrowing Descriptor) throws(SystemError) -> NetworkTraffic? {
    guard let map = try PacketProgram.map(ofProgram: name, on: group, form) else { return nil }
    return try traffic(in: map)
  }

  private static func traffic(in map: CounterMap) throws(SystemError) -> NetworkTraffic {
    var traffic = NetworkTraffic()
    traffic.received = try amount(RMRUN_TRAFFIC_RECEIVED, map)
    traffic.sent = try amount(RMRUN_TRAFFIC_SENT, map)
    traffic.loopbackReceived = try amount(RMRUN_TRAFFIC_LOOPBACK_RECEIVED, map)
    traffic.loopbackSent = try amount(RMRUN_TRAFFIC_LOOPBACK_SENT, map)
    return traffic
  }

  private static func amount(
    _ kind: rmrun_traffic_kind, _ map: CounterMap
  ) throws(SystemError) -> NetworkTraffic.Amount {
    let words = try map.sum(of: Int(kind.rawValue))
    return NetworkTraffic.Amount(bytes: words[0], packets: words[1])
  }
}
