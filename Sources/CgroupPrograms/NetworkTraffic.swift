/// What a job's sockets have moved, at the IP layer: with the headers of IP and of what it carries, without a link's frame.
package struct NetworkTraffic: Sendable, Hashable {
  /// Traffic in one direction.
  package struct Amount: Sendable, Hashable {
    package var bytes: UInt64 = 0
    package var packets: UInt64 = 0

    package init(bytes: UInt64 = 0, packets: UInt64 = 0) { (self.bytes, self.packets) = (bytes, packets) }
  }

  /// For want of what packets were refused, of those that are allowed now.
  package struct Refusals: Sendable, Hashable {
    package var forBytes = false
    package var forCredits = false

    package init(forBytes: Bool = false, forCredits: Bool = false) {
      (self.forBytes, self.forCredits) = (forBytes, forCredits)
    }
  }

  /// By all interfaces but the loopback.
  package var received = Amount()
  package var sent = Amount()
  package var loopbackReceived = Amount()
  package var loopbackSent = Amount()
  package var refused = Refusals()

  /// None.
  package init() {}
}
