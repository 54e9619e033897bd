/// Where a job may connect and send to.
public enum AllowedDestination: Sendable, Hashable {
  /// The addresses that a name has; nil: at any port.
  case name(DomainPattern, port: UInt16?)
  /// An address, or all of a network; nil: at any port.
  case network(IPNetwork, port: UInt16?)

  /// The port; nil: any.
  public var port: UInt16? {
    switch self {
    case .name(_, let port), .network(_, let port): port
    }
  }

  /// Reads one entry of a list, which `localhost` makes two of:
  ///
  ///     api.example.com:443   *.example.org   localhost:8080
  ///     192.0.2.1   10.0.0.0/8:5432   2001:db8::/32   [2001:db8::1]:443
  ///
  /// Throws `ValueError` for anything else.
  public static func parse(_ text: String) throws(ValueError) -> [AllowedDestination] {
    let (host, port) = try split(text)
    let bare = host.hasSuffix(".") ? host.dropLast() : host[...]
    if bare.lowercased() == "localhost" { return IPNetwork.loopback.map { .network($0, port: port) } }
    if isAddress(host) {
      do {
        return [.network(try IPNetwork(parsing: host), port: port)]
      } catch {
        throw ValueError(text, expected: error.expected)
      }
    }
    do {
      return [.name(try DomainPattern(parsing: host), port: port)]
    } catch {
      throw ValueError(text, expected: error.expected)
    }
  }

  /// An address has a colon, or nothing but digits, dots and a length; a name has neither.
  private static func isAddress(_ host: String) -> Bool {
    host.utf8.contains(UInt8(ascii: ":")) || host.utf8.contains(UInt8(ascii: "/"))
      || IPAddress(host) != nil
  }

  private static func split(_ text: String) throws(ValueError) -> (host: String, port: UInt16?) {
    if text.hasPrefix("[") {
      let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].contains(":"), parts[1].isEmpty || parts[1].hasPrefix(":") else {
        throw ValueError(text, expected: "an address of IPv6 in brackets, such as [2001:db8::1]:443")
      }
      return (String(parts[0]), parts[1].isEmpty ? nil : try port(parts[1].dropFirst(), of: text))
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // More than one colon is an address of IPv6 by itself.
    guard parts.count == 2 else {
      if let (host, port) = addressAndPort(text) {
        let other = IPAddress(text) == nil ? "" : ", [\(text)] for the address"
        throw ValueError(
          text,
          expected: "a destination of which one could say where its port begins: "
            + "write [\(host)]:\(port) for a port\(other)")
      }
      return (text, nil)
    }
    return (String(parts[0]), try port(parts[1], of: text))
  }

  /// What could be an address of IPv6 and a port: its last group has digits alone, as many as ports have, and the groups before it are an
  /// address by themselves. Most addresses end behind the gap (`2001:db8::443`), and have nothing before it that is one; ports of a single
  /// digit nobody asks for, and addresses end so (`2001:db8::5:1`).
  fileprivate static func addressAndPort(_ text: String) -> (host: Substring, port: Substring)? {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let (host, last) = (text[..<colon], text[colon...].dropFirst())
    guard (2...5).contains(last.utf8.count), let port = UInt16(last), String(port) == last,
      host.contains(":"), IPAddress(host) != nil
    else { return nil }
    return (host, last)
  }

  private static func port(_ digits: Substring, of text: String) throws(ValueError) -> UInt16 {
    guard let port = UInt16(digits), port > 0, String(port) == digits else {
      throw ValueError(
        text, expected: "a destination with a port from 1 to 65535, such as api.example.com:443")
    }
    return port
  }
}

extension AllowedDestination: CustomStringConvertible {
  /// As it is written: `*.example.org:443`, `10.0.0.0/8`, `[2001:db8::1]:443`.
  public var description: String {
    let host =
      switch self {
      case .name(let pattern, _): pattern.description
      case .network(let network, _): network.description
      }
    guard let port else { return Self.addressAndPort(host) == nil ? host : "[\(host)]" }
    return (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
  }
}
