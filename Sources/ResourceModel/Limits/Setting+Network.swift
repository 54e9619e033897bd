extension Setting {
  static let network: [Setting] = [
    choice(
      "net", option: "net", "The network that it has: its caller's (host), or the loopback alone (confined).",
      into: { $0.confinement.network = $1 }),
    bytes(
      "network.bytes", option: "net-bytes",
      "Refuse packets beyond so much, received and sent; then stop the job.",
      into: { $0.networkBytes = $1 }),
    Setting(
      "network.connections", option: "net-connections", "n",
      "Connections that it makes and has open at a time; others fail (EPERM)."
    ) {
      (text, limits) throws(ValueError) in
      limits.networkConnections = try Limit(parsing: text) { (text) throws(ValueError) in
        Int64(try integer(text, in: 0...65_536, "a number of connections"))
      }
    },
    Setting(
      "network.rate", option: "net-rate", "rate",
      "Bits a second in each direction, such as 10Mbit; packets beyond are dropped."
    ) {
      (text, limits) throws(ValueError) in
      limits.networkRate = try Limit(parsing: text) { (text) throws(ValueError) in try BitRate(parsing: text)
      }
    },
    list(
      "network.domains", option: "net-allow",
      "Reach these alone: api.example.com:443,*.example.org,10.0.0.0/8,localhost (none: no list)."
    ) {
      (text, limits) throws(ValueError) in
      limits.destinations = text == "none" ? nil : try DestinationRules(parsing: text)
    },
    list(
      "meter", option: "meter",
      "Measure these though nothing prices them: network, network-latency."
    ) {
      (text, limits) throws(ValueError) in limits.measured = try meters(text)
    },
  ]

  private static func meters(_ text: String) throws(ValueError) -> Set<Feature> {
    if text == "none" { return [] }
    var meters = Set<Feature>()
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let feature = Feature(rawValue: String(name)), feature.isMeter else {
        let names = Feature.allCases.filter(\.isMeter).map(\.rawValue).joined(separator: ", ")
        throw ValueError(text, expected: "none, or a list of " + names)
      }
      meters.insert(feature)
    }
    return meters
  }
}
