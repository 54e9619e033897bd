package import LinuxSystem
import ResourceModel

/// The name servers that are asked, and how patiently.
package struct Upstreams: Sendable, Hashable {
  /// In the order in which they are asked.
  package var servers: [SocketAddress]
  /// How long one has for its answer.
  package var timeout: Duration
  /// How often all of them are asked in turn.
  package var attempts: Int

  package init(servers: [SocketAddress], timeout: Duration = .seconds(5), attempts: Int = 2) {
    (self.servers, self.timeout, self.attempts) = (servers, timeout, attempts)
  }

  /// How many the C library looks at (MAXNS).
  private static let mostServers = 3
  private static let path = "/etc/resolv.conf"

  /// Those of this host, as they are in its file now.
  package static func ofHost() throws(SystemError) -> Upstreams {
    do {
      let bytes = try Descriptor.open(path, [.readOnly, .nonBlocking]).readAll(limit: 1 << 20, path: path)
      return Upstreams(parsing: bytes, interface: NetworkInterface.number)
    } catch  where error.code == .notFound {
      return Upstreams(parsing: [], interface: NetworkInterface.number)
    }
  }

  /// Reads the form of resolv.conf(5), as the C library does: what it doesn't know is passed over.
  ///
  ///     nameserver 192.0.2.53
  ///     nameserver fe80::1%eth0
  ///     options timeout:2 attempts:3
  ///
  /// "If no nameserver entries are present, the default is to use the name server on the local machine."
  package init(parsing bytes: [UInt8], interface: (String) -> UInt32?) {
    self.init(servers: [])
    for line in KernelText.lines(bytes) {
      let words = KernelText.words(line).map { KernelText.string($0) }
      switch words.first {
      case "nameserver" where words.count > 1 && servers.count < Self.mostServers:
        if let server = Self.server(words[1], interface: interface) { servers.append(server) }
      case "options":
        for word in words.dropFirst() { read(option: word) }
      default: break
      }
    }
    if servers.isEmpty { servers = [SocketAddress(IPAddress(ipv4: 0x7f00_0001), port: 53)] }
  }

  /// "The value … is silently capped to 30", to 5 of the attempts.
  private mutating func read(option: String) {
    let parts = option.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let value = KernelText.decimal(String(parts[1])), value > 0 else { return }
    if parts[0] == "timeout" { timeout = .seconds(Int64(min(value, 30))) }
    if parts[0] == "attempts" { attempts = Int(min(value, 5)) }
  }

  private static func server(_ text: String, interface: (String) -> UInt32?) -> SocketAddress? {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let address = try? IPAddress(parsing: parts[0]) else { return nil }
    if parts.count == 1 { return SocketAddress(address, port: 53) }
    let number = KernelText.decimal(parts[1]).flatMap(UInt32.init(exactly:))
    guard let scope = number ?? interface(parts[1]), scope > 0 else { return nil }
    return SocketAddress(address, port: 53, scope: scope)
  }
}
