import LinuxSystem
import NameResolution
import ResourceModel
import Testing

@Suite("The host's name servers")
struct UpstreamsTests {
  private static func parse(_ text: String) -> Upstreams {
    Upstreams(parsing: Array(text.utf8)) { $0 == "eth0" ? 7 : nil }
  }

  @Test("Servers and options are read as resolv.conf(5) has them")
  func file() {
    let upstreams = Self.parse(
      """
      # nameserver 203.0.113.1
      ; nameserver 203.0.113.2
      domain example.com
      search example.com example.org
      nameserver 192.0.2.53  a comment
      nameserver\t2001:db8::53
      options ndots:2 timeout:3 rotate attempts:4
      nameserver fe80::1%eth0
      nameserver 192.0.2.54
      """)
    #expect(
      upstreams
        == Upstreams(
          servers: [
            SocketAddress("192.0.2.53", port: 53), SocketAddress("2001:db8::53", port: 53),
            SocketAddress("fe80::1", port: 53, scope: 7),
          ], timeout: .seconds(3), attempts: 4))
    #expect(upstreams.servers.map(\.description) == ["192.0.2.53:53", "[2001:db8::53]:53", "[fe80::1%7]:53"])
  }

  @Test("What can't be read is passed over; without a server it is the local one")
  func leftOut() {
    for text in [
      "", "nameserver", "nameserver example.com", "nameserver 1.2.3", "nameserver fe80::1%eth1",
      "nameserver fe80::1%0",
      "nameserver fe80::1%4294967296", "NAMESERVER 192.0.2.1", "nameservers 192.0.2.1",
      "options timeout: attempts:x timeout:0",
    ] {
      #expect(Self.parse(text) == Upstreams(servers: [SocketAddress("127.0.0.1", port: 53)]))
    }
    #expect(Self.parse("nameserver fe80::1%3").servers == [SocketAddress("fe80::1", port: 53, scope: 3)])
    #expect(Upstreams(parsing: [0xff, 0x0a, 0x00]) { _ in nil }.servers.count == 1)
  }

  @Test("Patience has the bounds of the C library")
  func bounds() {
    let upstreams = Self.parse("options timeout:99999 attempts:18446744073709551615")
    #expect(upstreams.timeout == .seconds(30) && upstreams.attempts == 5)
    let usual = Self.parse("nameserver 192.0.2.1")
    #expect(usual.timeout == .seconds(5) && usual.attempts == 2)
  }

  @Test("A host has at least one")
  func host() throws {
    let upstreams = try Upstreams.ofHost()
    #expect((1...3).contains(upstreams.servers.count))
    #expect(upstreams.servers.allSatisfy { $0.port == 53 })
  }
}
