import ResourceModel

extension NetworkRefusals {
  /// As it stands in a report.
  var json: JSONValue {
    [
      "refused": .array(
        destinations.map { destination in
          [
            "address": .string(destination.address.description),
            "port": destination.port.map { .integer($0) } ?? .null,
            "protocol": .string(destination.protocolName), "count": .integer(destination.count),
          ]
        }),
      "refusedMore": .integer(otherDestinations),
      "refusedNames": .array(names.map { ["name": .string($0.name), "count": .integer($0.count)] }),
      "refusedNamesMore": .integer(otherNames),
      "refusedSockets": .integer(sockets),
    ]
  }
}
