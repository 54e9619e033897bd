import CNetworkPrograms
package import LinuxSystem
package import ResourceModel
import Synchronization

/// Has the kernel count what a job's sockets move, from the first packet on, and refuse what it may not move: a program that is attached
/// to the job's group.
///
/// A socket belongs to the group of the process that made it, for ever: one that a job inherits is counted where it was made.
package final class NetworkMeter: Sendable {
  private static let name = "rmrun_packets"
  private static let form = CounterMap.Form(
    name: "rmrun_traffic", words: MemoryLayout<rmrun_traffic>.size / 8,
    entries: Int(RMRUN_TRAFFIC_KINDS.rawValue))

  private let map: CounterMap
  /// Until they are attached: then the group keeps them.
  private let programs: Mutex<Programs?>
  /// What it holds the job to; nil where it only counts.
  let hold: NetworkHold?

  private struct Programs {
    /// Runs for both directions.
    let counting: GroupProgram
    /// Has connections of TCP space what they send; nil where that isn't wanted, or can't be had: what is beyond a rate is dropped anyway.
    let pacing: GroupProgram?
  }

  /// Loads the program; it counts nothing yet. Throws `.permission` where this process may not, `.unsupported` where the kernel can't.
  /// - Parameters:
  ///   - holds: whether it can refuse packets.
  ///   - paces: whether connections of TCP that would send more than the rate space what they send, where that can be had.
  package init(holds: Bool, paces: Bool = false) throws(SystemError) {
    let map = try CounterMap(Self.form)
    let hold = holds ? try NetworkHold() : nil
    var maps: [rmrun_network_map.RawValue: any ProgramMap] = [
      RMRUN_NETWORK_TRAFFIC.rawValue: map, RMRUN_NETWORK_INTERFACE_MTUS.rawValue: try Self.packetSizes(),
    ]
    if let hold {
      maps[RMRUN_NETWORK_LIMITS.rawValue] = hold.limits
      maps[RMRUN_NETWORK_USE.rawValue] = hold.use
      maps[RMRUN_NETWORK_SLOWED_SOCKETS.rawValue] = try SharedMap(
        name: "rmrun_slowed", words: Int(RMRUN_SLOWED_SOCKETS))
    }
    // What may tell a sender nothing of a packet that it drops has to be loaded as one for sent packets; it runs for both.
    let counting = try GroupProgram(
      for: .sent, name: Self.name, holds ? rmrun_network_hold : rmrun_network_count, maps)
    let pacing =
      holds && paces
      ? try? GroupProgram(for: .connections, name: "rmrun_pace", rmrun_network_pace, maps) : nil
    programs = Mutex(Programs(counting: counting, pacing: pacing))
    self.map = map
    self.hold = hold
  }

  /// The most bytes of a packet of each interface that there is now. Where they can't be told, what is cut into fragments counts as it was before.
  private static func packetSizes() throws(SystemError) -> SharedMap {
    let places = Int(RMRUN_INTERFACES)
    let map = try SharedMap(name: "rmrun_mtus", words: places * MemoryLayout<UInt32>.size / 8)
    if let sizes = try? NetworkInterface.packetSizes(places: places) {
      try map.write(sizes.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) })
    }
    return map
  }

  /// Whether it can refuse packets.
  package var holds: Bool { hold != nil }

  /// Has it count for a group and all below, once. On failure, as `GroupProgram.attach` throws it, it counts nothing.
  package func attach(to group: borrowing Descriptor) throws(SystemError) {
    guard let programs = programs.withLock({ $0.take() }) else {
      preconditionFailure("a meter that was attached before")
    }
    try GroupProgram.attach([(programs.counting, .received), (programs.counting, .sent)], to: group)
    if let pacing = programs.pacing { try? GroupProgram.attach([(pacing, .connections)], to: group) }
  }

  /// What was moved since it was attached.
  package func read() throws(SystemError) -> NetworkTraffic {
    // In this order: what is used between the two is taken off what is left, and never added to it.
    try hold?.look()
    var traffic = try Self.traffic(in: map)
    if let hold { traffic.refused = hold.refused }
    return traffic
  }

  /// Refuses packets beyond that: credits are what was left of them at the last reading. Without a hold it does nothing.
  package func allow(_ allowance: NetworkAllowance) throws(SystemError) { try hold?.allow(allowance) }

  /// What the meter that a supervisor left on a group has counted; nil if there is none.
  ///
  /// Its programs and counters live as long as the group. Throws `.permission` where this process may not ask.
  package static func left(on group: borrowing Descriptor) throws(SystemError) -> NetworkTraffic? {
    guard let map = try GroupProgram.map(ofProgram: name, on: group, form) else { return nil }
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
