import CNetworkPrograms
package import LinuxSystem
package import ResourceModel
import Synchronization

/// Has the kernel take down how long a job's connections take to come about, and how long their round trips are, for each place that they
/// go to.
package final class LatencyMeter: Sendable {
  /// How many destinations are told apart while the job runs; the connections to others are counted in one.
  private static let destinations: UInt32 = 1024

  private let latencies: TableMap<rmrun_timed_place, rmrun_latency>
  private let others: SharedMap
  /// Until it is attached: then the group keeps it.
  private let program: Mutex<GroupProgram?>

  /// Loads the program; it notes nothing yet. Throws `.permission` where this process may not, `.unsupported` where the kernel can't.
  package init() throws(SystemError) {
    let latencies = try TableMap<rmrun_timed_place, rmrun_latency>(
      .all, name: "rmrun_latencies", room: Self.destinations)
    let others = try SharedMap(name: "rmrun_others", words: 1)
    let begun = try SharedMap(
      name: "rmrun_begun",
      words: MemoryLayout<rmrun_begun_connection>.size / 8 * Int(RMRUN_BEGUN_CONNECTIONS))
    let maps: [rmrun_network_map.RawValue: any ProgramMap] = [
      RMRUN_NETWORK_LATENCIES.rawValue: latencies, RMRUN_NETWORK_BEGUN.rawValue: begun,
      RMRUN_NETWORK_OTHER_CONNECTIONS.rawValue: others,
    ]
    program = Mutex(
      try GroupProgram(for: .connections, name: "rmrun_latency", rmrun_network_latency, maps))
    (self.latencies, self.others) = (latencies, others)
  }

  /// Has it note the connections of a group and all below, once. On failure, as `GroupProgram.attach` throws it, it notes nothing.
  package func attach(to group: borrowing Descriptor) throws(SystemError) {
    guard let program = program.withLock({ $0.take() }) else {
      preconditionFailure("a meter that was attached before")
    }
    try GroupProgram.attach([(program, .connections)], to: group)
  }

  /// What was noted since it was attached. A connection that lasts has no round trip yet.
  package func read() throws(SystemError) -> NetworkLatency {
    let found = try latencies.entries(
      atMost: Int(Self.destinations), from: (rmrun_timed_place(), rmrun_latency()))
    return NetworkLatency(
      found.map { NetworkLatency.Destination($0.key, $0.value) }, otherConnections: try others.read()[0])
  }
}

extension NetworkLatency.Destination {
  fileprivate init(_ place: rmrun_timed_place, _ latency: rmrun_latency) {
    let words = [place.address.0, place.address.1, place.address.2, place.address.3]
    self.init(
      address: IPAddress(bits: words.reduce(0) { $0 << 32 | UInt128(UInt32(bigEndian: $1)) }),
      port: UInt16(truncatingIfNeeded: place.port), connections: latency.connections,
      connectTime: NetworkLatency.Times(latency.connect),
      roundTripTime: NetworkLatency.Times(latency.round_trip))
  }
}

extension NetworkLatency.Times {
  /// Nil without any.
  fileprivate init?(_ times: rmrun_times) {
    guard times.count > 0 else { return nil }
    func duration(_ nanoseconds: UInt64) -> Duration { .nanoseconds(Int64(clamping: nanoseconds)) }
    let mean = times.sum / times.count
    // One that is being added may be counted, and not yet be the least.
    self.init(
      least: duration(min(~times.least_inverted, mean)), mean: duration(mean), most: duration(times.most))
  }
}
