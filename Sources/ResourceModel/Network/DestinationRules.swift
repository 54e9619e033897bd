/// All that a job may connect and send to: what its list says.
public struct DestinationRules: Sendable, Hashable {
  /// The ports at which something may be reached.
  public enum Ports: Sendable, Hashable {
    /// All.
    case any
    /// These; none at all if it is empty.
    case only(Set<UInt16>)

    /// Nothing at all.
    public static let none = Ports.only([])

    fileprivate func adding(_ port: UInt16?) -> Ports {
      guard case .only(let ports) = self, let port else { return .any }
      return .only(ports.union([port]))
    }
  }

  /// A network that may be reached without a name.
  public struct Network: Sendable, Hashable {
    /// The addresses.
    public let network: IPNetwork
    /// The port; nil: any.
    public let port: UInt16?
  }

  /// How many entries a list may have.
  public static let mostDestinations = 1024

  /// The entries in their order, without repetition.
  public private(set) var destinations: [AllowedDestination] = []

  /// Makes the rules of a list.
  public init(_ destinations: [AllowedDestination]) {
    var seen = Set<AllowedDestination>()
    self.destinations = destinations.filter { seen.insert($0).inserted }
  }

  /// Reads entries between commas, at least one: `api.example.com:443,*.example.org,10.0.0.0/8`. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    var destinations: [AllowedDestination] = []
    let entries = text.split(separator: ",", omittingEmptySubsequences: false)
    guard entries.count <= Self.mostDestinations else {
      throw ValueError(text, expected: "a list of at most \(Self.mostDestinations) destinations")
    }
    for entry in entries {
      guard !entry.isEmpty else {
        throw ValueError(
          text,
          expected: "a list of destinations with commas between them, such as api.example.com:443,10.0.0.0/8")
      }
      destinations += try AllowedDestination.parse(String(entry))
    }
    self.init(destinations)
  }

  /// The networks that may be reached without a name.
  public var networks: [Network] {
    destinations.compactMap {
      if case .network(let network, let port) = $0 { Network(network: network, port: port) } else { nil }
    }
  }

  /// How many ports the addresses of one name may be reached at, at most.
  public var namePorts: Int {
    Set(destinations.compactMap { if case .name(_, let port) = $0 { port ?? 0 } else { nil as UInt16? } })
      .count
  }

  /// At which ports the addresses of a name may be reached. Its case and a dot at its end don't count.
  public func ports(for name: String) -> Ports {
    destinations.reduce(.none) { ports, destination in
      if case .name(let pattern, let port) = destination, pattern.matches(name) {
        ports.adding(port)
      } else {
        ports
      }
    }
  }

  /// At which ports an address may be reached without a name.
  public func ports(for address: IPAddress) -> Ports {
    networks.reduce(.none) { ports, listed in
      listed.network.contains(address) ? ports.adding(listed.port) : ports
    }
  }
}

extension DestinationRules: CustomStringConvertible {
  /// As it is written.
  public var description: String { destinations.map(\.description).concatenated(by: ",") }
}
