/// How long a job's connections took to come about, and how long packets and their answers were on their way: those of TCP that it made,
/// over the loopback too.
public struct NetworkLatency: Sendable, Hashable {
  /// Where most connections went to, at most `most` of them: those with the most connections first.
  public var destinations: [Destination]
  /// How many connections came about to other places.
  public var otherConnections: UInt64

  /// How many destinations are told apart in a report.
  public static let most = 64

  /// The shortest, the mean and the longest of some times.
  public struct Times: Sendable, Hashable {
    /// The shortest.
    public var least: Duration
    /// The mean.
    public var mean: Duration
    /// The longest.
    public var most: Duration

    /// Makes them.
    public init(least: Duration, mean: Duration, most: Duration) {
      (self.least, self.mean, self.most) = (least, mean, most)
    }
  }

  /// An address and a port, and the connections to it.
  public struct Destination: Sendable, Hashable {
    /// The address.
    public var address: IPAddress
    /// The port.
    public var port: UInt16
    /// The connections that came about.
    public var connections: UInt64
    /// From a connection's first packet to the answer; nil if none was timed.
    public var connectTime: Times?
    /// What TCP had measured of the round trip at each connection's end, smoothed; the least is that of any packet. Nil if none has ended.
    public var roundTripTime: Times?

    /// Makes it.
    public init(
      address: IPAddress, port: UInt16, connections: UInt64, connectTime: Times?, roundTripTime: Times?
    ) {
      (self.address, self.port, self.connections) = (address, port, connections)
      (self.connectTime, self.roundTripTime) = (connectTime, roundTripTime)
    }
  }

  /// Keeps those with the most connections.
  public init(_ destinations: [Destination], otherConnections: UInt64) {
    let sorted = destinations.sorted { left, right in
      (right.connections, left.address, left.port) < (left.connections, right.address, right.port)
    }
    self.destinations = Array(sorted.prefix(Self.most))
    self.otherConnections = sorted.dropFirst(Self.most).reduce(otherConnections) { $0 + $1.connections }
  }
}
