/// What a job with a list of destinations was refused, the most frequent first.
public struct NetworkRefusals: Sendable, Hashable {
  /// Where it wanted to connect or send to.
  public struct Destination: Sendable, Hashable {
    /// The address.
    public var address: IPAddress
    /// The port; nil where packets have none.
    public var port: UInt16?
    /// The protocol's number in IP: 6 is TCP, 17 UDP.
    public var protocolNumber: UInt32
    /// How often.
    public var count: UInt64

    /// Makes it.
    public init(address: IPAddress, port: UInt16?, protocolNumber: UInt32, count: UInt64) {
      self.address = address
      self.port = port
      self.protocolNumber = protocolNumber
      self.count = count
    }

    /// `tcp`, `udp`, or the number.
    public var protocolName: String {
      switch protocolNumber {
      case 6: "tcp"
      case 17: "udp"
      default: "ip-\(protocolNumber)"
      }
    }
  }

  /// Which name it asked for.
  public struct Name: Sendable, Hashable {
    /// The name, as it was asked for.
    public var name: String
    /// How often.
    public var count: UInt64

    /// Makes it.
    public init(name: String, count: UInt64) {
      self.name = name
      self.count = count
    }
  }

  /// How many of each a report has.
  public static let most = 64

  /// Destinations, at most `most`.
  public private(set) var destinations: [Destination]
  /// How often other destinations were refused.
  public private(set) var otherDestinations: UInt64
  /// Names, at most `most`.
  public private(set) var names: [Name]
  /// How often other names were refused.
  public private(set) var otherNames: UInt64
  /// How often a socket was refused because it is neither TCP's nor UDP's.
  public var sockets: UInt64

  /// - Parameters:
  ///   - destinations: where the job wanted to go.
  ///   - otherDestinations: how often destinations were refused that are not among those.
  ///   - names: what it wanted to resolve.
  ///   - otherNames: how often names were refused that are not among those.
  ///   - sockets: how often it wanted a socket of another kind than TCP's and UDP's.
  public init(
    destinations: [Destination] = [], otherDestinations: UInt64 = 0, names: [Name] = [],
    otherNames: UInt64 = 0, sockets: UInt64 = 0
  ) {
    let destinations = destinations.sorted {
      ($1.count, $0.address, $0.port ?? 0, $0.protocolNumber)
        < ($0.count, $1.address, $1.port ?? 0, $1.protocolNumber)
    }
    let names = names.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    self.destinations = Array(destinations.prefix(Self.most))
    self.names = Array(names.prefix(Self.most))
    self.otherDestinations = destinations.dropFirst(Self.most).reduce(otherDestinations) { $0 &+ $1.count }
    self.otherNames = names.dropFirst(Self.most).reduce(otherNames) { $0 &+ $1.count }
    self.sockets = sockets
  }

  /// With what another source counted.
  public func adding(names: [Name], otherNames: UInt64) -> NetworkRefusals {
    NetworkRefusals(
      destinations: destinations, otherDestinations: otherDestinations, names: self.names + names,
      otherNames: self.otherNames &+ otherNames, sockets: sockets)
  }
}
