import ResourceModel
import Testing

@Suite("Allowed destinations")
struct DestinationTests {
  @Test(
    "An entry is written as it is meant, and read back as the same",
    arguments: [
      ("api.example.com:443", ["api.example.com:443"]), ("API.Example.COM.", ["api.example.com"]),
      ("*.example.org", ["*.example.org"]), ("*.Example.org.:8443", ["*.example.org:8443"]),
      ("_dns.a-b.example", ["_dns.a-b.example"]), ("intranet", ["intranet"]),
      ("xn--bcher-kva.example", ["xn--bcher-kva.example"]), ("3com.example:1", ["3com.example:1"]),
      ("192.0.2.1", ["192.0.2.1"]), ("192.0.2.1:65535", ["192.0.2.1:65535"]), ("10.0.0.0/8", ["10.0.0.0/8"]),
      ("10.0.0.0/8:5432", ["10.0.0.0/8:5432"]), ("0.0.0.0/0", ["0.0.0.0/0"]), ("192.0.2.1/32", ["192.0.2.1"]),
      ("2001:DB8::1", ["2001:db8::1"]), ("2001:db8::/32", ["2001:db8::/32"]),
      ("[2001:db8::1]", ["2001:db8::1"]),
      ("[2001:db8::1]:443", ["[2001:db8::1]:443"]), ("[2001:db8::/32]:443", ["[2001:db8::/32]:443"]),
      ("[2001:db8::1:443]", ["[2001:db8::1:443]"]), ("2001:db8::443", ["2001:db8::443"]),
      ("2001:db8::1:9", ["2001:db8::1:9"]), ("2001:db8::1:0443", ["[2001:db8::1:443]"]),
      ("2001:db8::1:44a", ["2001:db8::1:44a"]), ("1:2:3:4:5:6:7:443", ["1:2:3:4:5:6:7:443"]),
      ("fe80::ff:fe00:443/128", ["[fe80::ff:fe00:443]"]), ("::ffff:10.0.0.0/104", ["10.0.0.0/8"]),
      ("[::ffff:10.1.2.3]:80", ["10.1.2.3:80"]), ("2000::/3", ["2000::/3"]),
      ("localhost", ["127.0.0.0/8", "::1"]), ("LocalHost.:8080", ["127.0.0.0/8:8080", "[::1]:8080"]),
    ])
  func entry(_ given: String, _ written: [String]) throws {
    let entries = try AllowedDestination.parse(given)
    #expect(entries.map(\.description) == written)
    #expect(try written.flatMap { try AllowedDestination.parse($0) } == entries)
  }

  @Test(
    "What isn't a destination is refused, and the message says what would be one",
    arguments: [
      ("", "such as api.example.com or *.example.org"), ("*", "a host name"), ("*.", "a host name"),
      ("a..b", "a host name"), (".a", "a host name"), ("a.*.b", "a host name"), ("*a.b", "a host name"),
      ("*.*.b", "a host name"), ("a b", "a host name"), ("a\u{1b}b", "a host name"), ("a..", "a host name"),
      (String(repeating: "a", count: 64) + ".b", "a host name"),
      (Array(repeating: "abcdefg", count: 32).joined(separator: "."), "a host name"),
      ("bücher.example", "xn--bcher-kva.example"), ("\u{212a}.example", "a name in ASCII"),
      ("1.2.3", "a name, nor is it an address"), ("1.2.3.4.5", "a name, nor"), ("256.1.1.1", "a name, nor"),
      ("01.2.3.4", "a name, nor"), ("0x7f000001", "a name, nor"), ("a.0x1f", "a name, nor"),
      ("127.1.", "a name, nor"),
      ("a.b:0", "a port from 1 to 65535"), ("a.b:65536", "a port"), ("a.b:", "a port"), ("a.b:+80", "a port"),
      ("a.b:080", "a port"), ("https://a.b", "a port"), ("1.2.3.4:x", "a port"),
      ("10.0.0.0/33", "an IP address or network"), ("10.0.0.0/", "an IP address or network"),
      ("10.0.0.0/+8", "an IP"), ("10.0.0.0/08", "an IP"), ("10.0.0.0/8/8", "an IP"), ("a.b/24", "an IP"),
      ("2001:db8::/129", "an IP"), ("fe80::1%eth0", "an IP"), ("a:b:c", "an IP"), ("::1:", "an IP"),
      ("10.1.2.3/8", "write 10.0.0.0/8, or 10.1.2.3"),
      ("2001:db8::1/32:", "an IP"), ("[2001:db8::1/32]:443", "write 2001:db8::/32, or 2001:db8::1"),
      ("::1:7001", "write [::1]:7001 for a port, [::1:7001] for the address"),
      ("2001:db8::1:443", "write [2001:db8::1]:443 for a port, [2001:db8::1:443] for the address"),
      ("::1:22", "write [::1]:22 for a port"), ("::1:65535", "write [::1]:65535 for a port"),
      ("1:2:3:4:5:6:7:8:80", "write [1:2:3:4:5:6:7:8]:80 for a port"),
      ("::ffff:10.1.2.3:80", "write [::ffff:10.1.2.3]:80 for a port"), ("::1:65536", "an IP"),
      ("::/0", "write 2000::/3, and 0.0.0.0/0 for IPv4"), ("::/80", "a network of IPv6 alone"),
      ("::fffe:0:0/95", "a network of IPv6 alone"),
      ("[::1", "brackets"), ("[::1]443", "brackets"), ("[1.2.3.4]:80", "brackets"), ("[::1]:", "a port"),
    ])
  func refused(_ text: String, _ hint: String) {
    let error = #expect(throws: ValueError.self) { try AllowedDestination.parse(text) }
    #expect(error?.text == text)
    #expect(error?.expected.contains(hint) == true, "\(error?.expected ?? "")")
  }

  @Test(
    "A pattern means a name, or what is below it at any depth",
    arguments: [
      ("example.org", "example.org", true), ("example.org", "EXAMPLE.ORG.", true),
      ("example.org", "a.example.org", false), ("example.org", "notexample.org", false),
      ("example.org", "example.org.evil.net", false), ("example.org", "", false),
      ("*.example.org", "a.example.org", true), ("*.example.org", "x.Y.example.ORG.", true),
      ("*.example.org", "example.org", false), ("*.example.org", "notexample.org", false),
      ("*.example.org", ".example.org", false), ("*.k.example", "a.\u{212a}.example", false),
    ])
  func patterns(_ pattern: String, _ name: String, _ isMeant: Bool) throws {
    #expect(try DomainPattern(parsing: pattern).matches(name) == isMeant)
  }

  @Test("A list allows a name at the ports of all entries that mean it")
  func ports() throws {
    let rules = try DestinationRules(
      parsing:
        "a.example.org:443,*.example.org:80,b.example.org,*.deep.example.org:22,10.0.0.0/8:5432,10.1.0.0/16")
    #expect(rules.ports(for: "a.example.org") == .only([80, 443]))
    #expect(rules.ports(for: "b.example.org") == .any)
    #expect(rules.ports(for: "x.deep.example.org.") == .only([80, 22]))
    #expect(rules.ports(for: "example.org") == .none)
    #expect(rules.ports(for: "10.0.0.1") == .none)
    #expect(rules.ports(for: IPAddress(ipv4: 0x0a00_0001)) == .only([5432]))
    #expect(rules.ports(for: IPAddress(ipv4: 0x0a01_0001)) == .any)
    #expect(rules.ports(for: IPAddress(ipv4: 0x0b00_0001)) == .none)
    #expect(rules.networks.map(\.network.description) == ["10.0.0.0/8", "10.1.0.0/16"])
    #expect(rules.networks.map(\.network.prefixLength) == [104, 112])
    #expect(rules.networks.map(\.port) == [5432, nil])
  }

  @Test("A list has at least one entry, and none that is empty")
  func lists() throws {
    #expect(try DestinationRules(parsing: "b,a,b,localhost,::1").description == "b,a,127.0.0.0/8,::1")
    for text in ["", ",", "a,", ",a", "a,,b"] {
      #expect(throws: ValueError.self) { try DestinationRules(parsing: text) }
    }
    let most = Array(repeating: "a", count: DestinationRules.mostDestinations).joined(separator: ",")
    #expect(try DestinationRules(parsing: most).destinations.count == 1)
    #expect(throws: ValueError.self) { try DestinationRules(parsing: most + ",a") }
    #expect(
      throws: ValueError(
        "b:0", expected: "a destination with a port from 1 to 65535, such as api.example.com:443")
    ) {
      try DestinationRules(parsing: "a,b:0")
    }
  }
}
