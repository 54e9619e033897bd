import CNetworkPrograms
package import LinuxSystem
package import ResourceModel
import Synchronization

/// Has the kernel refuse what a job would connect or send to that is not listed: connect(2) and sendto(2) fail with EPERM, as does socket(2)
/// for what is neither TCP nor UDP.
///
/// A socket belongs to the group of the process that made it, for ever: whoever connects a job's socket is refused as the job is, and a
/// socket from outside goes where its maker may.
package final class DestinationLimit: Sendable {
  private let networks: TableMap<rmrun_destination_network, UInt8>
  private let addresses: TableMap<rmrun_destination, UInt64>
  private let refused: TableMap<rmrun_refused_destination, UInt64>
  private let counts: SharedMap
  private let server: SharedMap
  private let asked: TableMap<UInt64, rmrun_destination>
  private let own: TableMap<rmrun_destination, UInt8>
  private let programs: [(program: GroupProgram, hook: GroupProgram.Hook)]
  /// The programs have the machine's clock.
  private let clock: TimeNamespace
  /// What stands in `addresses`.
  private let lives = Mutex<[Place: Instant]>([:])

  private struct Place: Hashable {
    let address: IPAddress
    let port: UInt16
  }

  /// How many addresses of names may be reached at a time, each at all the ports of a name.
  package static let mostAddresses = 4096
  /// For how many ports there is room besides; whose list has more for a name has fewer addresses.
  private static let mostPorts = 16
  private let room: Int
  /// How many destinations are told apart when they are refused.
  package static let mostRefused = 1024
  /// How many sockets can ask a name server at a time.
  private static let mostAsking: UInt32 = 2048

  /// Loads the programs; they refuse nothing yet. Throws `.permission` where this process may not, `.unsupported` where the kernel can't
  /// (before Linux 5.8).
  package init(_ rules: DestinationRules) throws(SystemError) {
    clock = try TimeNamespace.own()
    let listed = rules.networks
    networks = try TableMap(.prefixes, name: "rmrun_networks", room: UInt32(max(1, listed.count)))
    for entry in listed { try networks.put(1, for: Self.key(entry.network, port: entry.port)) }
    room = Self.mostAddresses * min(max(1, rules.namePorts), Self.mostPorts)
    addresses = try TableMap(.all, name: "rmrun_addresses", room: UInt32(room))
    refused = try TableMap(.all, name: "rmrun_refused", room: UInt32(Self.mostRefused))
    counts = try SharedMap(name: "rmrun_refusals", words: MemoryLayout<rmrun_refused_counts>.size / 8)
    server = try SharedMap(name: "rmrun_server", words: MemoryLayout<rmrun_name_server>.size / 8)
    asked = try TableMap(.lastUsed, name: "rmrun_asked", room: Self.mostAsking)
    // One that comes later is refused as a source where another one of the host's is sent to; else it makes no difference.
    let addresses6 = try NetworkInterface.addresses().filter { $0.ipv4 == nil }
    own = try TableMap(.all, name: "rmrun_own", room: UInt32(max(1, addresses6.count)))
    for address in addresses6 { try own.put(1, for: Self.key(address, port: 0)) }
    let maps: [rmrun_network_map.RawValue: any ProgramMap] = [
      RMRUN_NETWORK_LISTED_NETWORKS.rawValue: networks, RMRUN_NETWORK_NAMED_ADDRESSES.rawValue: addresses,
      RMRUN_NETWORK_REFUSED.rawValue: refused, RMRUN_NETWORK_REFUSED_COUNTS.rawValue: counts,
      RMRUN_NETWORK_NAME_SERVER.rawValue: server, RMRUN_NETWORK_ASKED.rawValue: asked,
      RMRUN_NETWORK_OWN_ADDRESSES.rawValue: own,
    ]
    var programs: [(program: GroupProgram, hook: GroupProgram.Hook)] = []
    for (hook, compiled) in Self.compiled {
      programs.append((try GroupProgram(for: hook, name: "rmrun_reach", compiled, maps), hook))
    }
    self.programs = programs
  }

  private static var compiled: [(GroupProgram.Hook, rmrun_network_program)] {
    [
      (.create, rmrun_network_reach_create), (.sent, rmrun_network_route),
      (.bind4, rmrun_network_own4), (.bind6, rmrun_network_own6),
      (.connect4, rmrun_network_reach4), (.connect6, rmrun_network_reach6),
      (.send4, rmrun_network_reach4), (.send6, rmrun_network_reach6),
      (.receive4, rmrun_network_seem4), (.receive6, rmrun_network_seem6),
      (.peer4, rmrun_network_seem4), (.peer6, rmrun_network_seem6),
    ]
  }

  /// Has them run for a group and all below. On failure, as `GroupProgram.attach` throws it, nothing is refused.
  package func attach(to group: borrowing Descriptor) throws(SystemError) {
    try GroupProgram.attach(programs, to: group)
  }

  /// The ports of a name server on 127.0.0.1 and on ::1; nil: it doesn't listen there.
  package struct NameServerPorts: Sendable, Hashable {
    package var udp4: UInt16?
    package var tcp4: UInt16?
    package var udp6: UInt16?
    package var tcp6: UInt16?

    package init(udp4: UInt16? = nil, tcp4: UInt16? = nil, udp6: UInt16? = nil, tcp6: UInt16? = nil) {
      (self.udp4, self.tcp4, self.udp6, self.tcp6) = (udp4, tcp4, udp6, tcp6)
    }
  }

  /// Has a server answer for every name server. Without one the job's questions are refused.
  package func ask(_ ports: NameServerPorts) throws(SystemError) {
    try server.write(
      [ports.udp4, ports.tcp4, ports.udp6, ports.tcp6].map { UInt64(($0 ?? 0).bigEndian) })
  }

  /// Lets the job reach an address for a while, or for longer than before.
  /// - Parameter port: 0: all ports.
  package func allow(_ address: IPAddress, port: UInt16, for life: Duration) throws(SystemError) {
    let place = Place(address: address, port: port)
    let now = clock.machineTime(Clock.boottime())
    let end = now.advanced(by: life)
    try lives.withLock { (lives) throws(SystemError) in
      if let known = lives[place], known >= end { return }
      if lives[place] == nil, lives.count >= room { try removeEnded(of: &lives, at: now) }
      try addresses.put(UInt64(max(0, end.nanoseconds)), for: Self.key(address, port: port))
      lives[place] = end
    }
  }

  private func removeEnded(of lives: inout [Place: Instant], at now: Instant) throws(SystemError) {
    for (place, end) in lives where end <= now {
      try addresses.remove(Self.key(place.address, port: place.port))
      lives[place] = nil
    }
  }

  /// What was refused so far.
  package func refusals() throws(SystemError) -> NetworkRefusals {
    // In this order: what is refused between the two is counted among the others at worst, and never twice.
    let entries = try refused.entries(atMost: Self.mostRefused, from: (rmrun_refused_destination(), 0))
    let words = try counts.read()
    let destinations = entries.filter { $0.value > 0 }.map { key, count in
      let port = UInt16(truncatingIfNeeded: key.to.port).byteSwapped
      return NetworkRefusals.Destination(
        address: Self.address(key.to), port: port == 0 ? nil : port, protocolNumber: key.protocol,
        count: count)
    }
    let told = destinations.reduce(UInt64(0)) { $0 &+ $1.count }
    return NetworkRefusals(
      destinations: destinations, otherDestinations: words[0] > told ? words[0] - told : 0, sockets: words[1])
  }

  // Numbers stand in the maps as on the wire, whatever this machine's order.

  private static func key(_ address: IPAddress, port: UInt16) -> rmrun_destination {
    func word(_ index: Int) -> UInt32 {
      UInt32(truncatingIfNeeded: address.bits >> (96 - 32 * UInt128(index))).bigEndian
    }
    return rmrun_destination(port: UInt32(port.bigEndian), address: (word(0), word(1), word(2), word(3)))
  }

  private static func key(_ network: IPNetwork, port: UInt16?) -> rmrun_destination_network {
    rmrun_destination_network(
      bits: UInt32(RMRUN_DESTINATION_PORT_BITS) + UInt32(network.prefixLength),
      to: key(network.address, port: port ?? 0))
  }

  private static func address(_ destination: rmrun_destination) -> IPAddress {
    let words = [
      destination.address.0, destination.address.1, destination.address.2, destination.address.3,
    ]
    return IPAddress(bits: words.reduce(0) { $0 << 32 | UInt128(UInt32(bigEndian: $1)) })
  }
}
