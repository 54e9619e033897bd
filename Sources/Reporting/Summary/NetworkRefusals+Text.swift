import ResourceModel

extension NetworkRefusals {
  /// What was refused, the most frequent first: `api.example.com (3 times), 10.1.2.3:22/tcp (once), and others, 1 socket`. Nil if nothing was.
  func text(atMost most: Int = 5) -> String? {
    let all =
      names.map { (text: $0.name.titleText, count: $0.count) }
      + destinations.map { (text: $0.text, count: $0.count) }
    var parts = all.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .map { $0.element.text + ($0.element.count == 1 ? " (once)" : " (\($0.element.count) times)") }
    let others = parts.count > most || otherNames > 0 || otherDestinations > 0
    parts = Array(parts.prefix(most))
    if others { parts.append("and others") }
    if sockets > 0 { parts.append(sockets == 1 ? "1 socket" : "\(sockets) sockets") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

extension NetworkRefusals.Destination {
  /// `10.1.2.3:22/tcp`, `[2001:db8::1]:53/udp`, `10.1.2.3/ip-1`.
  fileprivate var text: String {
    guard let port else { return "\(address)/\(protocolName)" }
    let host = address.ipv4 == nil ? "[\(address)]" : "\(address)"
    return "\(host):\(port)/\(protocolName)"
  }
}
