@testable import ResourceModel
import Testing

@Suite("IP addresses")
struct IPAddressTests {
  @Test(
    "An address is written as RFC 5952 has it, however it was read",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
      ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:C000:201", "192.0.2.1"),
      ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:1", "::1"),
      ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
      ("2001:0db8::0001", "2001:db8::1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
      ("64:ff9b::10.0.0.1", "64:ff9b::a00:1"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
      ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
  func text(_ given: String, _ written: String) throws {
    let address = try IPAddress(parsing: given)
    #expect(address.description == written)
    #expect(try IPAddress(parsing: written) == address)
    #expect(IPAddress(bytes: address.bytes) == address)
  }

  @Test(
    "What isn't an address is refused",
    arguments: [
      "", " ", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "01.2.3.4", "1.2.3.04", "00.0.0.0", "256.0.0.1",
      "1.2.3.-4",
      "1.2.3.+4", "0x7f.0.0.1", "1.2.3.4 ", "１.2.3.4", "127.1", "2130706433",
      ":", ":::", "1", "1:2", "::1::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1:2:3:4::5:6:7:8", ":1::2",
      "1::2:",
      "12345::", "g::", "::1%lo", "[::1]", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "::+1",
      "1:2:3:4:5:6:7:1.2.3.4",
    ])
  func refused(_ text: String) {
    #expect(throws: ValueError(text, expected: "an IP address, such as 192.0.2.1 or 2001:db8::1")) {
      try IPAddress(parsing: text)
    }
  }

  @Test("An IPv4 address is the same address in the IPv6 form")
  func mapped() throws {
    let address = try IPAddress(parsing: "127.0.0.1")
    #expect(address.bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1])
    #expect(address.ipv4 == 0x7f00_0001)
    #expect(address == IPAddress(ipv4: 0x7f00_0001))
    #expect(try IPAddress(parsing: "::1").ipv4 == nil)
    #expect(IPAddress(bytes: [1, 2, 3, 4]) == nil)
  }

  @Test(
    "No name of the public internet may name these; the neighbours of each may be named",
    arguments: [
      ("0.0.0.0", "1.0.0.0"), ("0.255.255.255", "1.0.0.0"), ("10.0.0.0", "9.255.255.255"),
      ("10.255.255.255", "11.0.0.0"), ("100.64.0.0", "100.63.255.255"), ("100.127.255.255", "100.128.0.0"),
      ("127.0.0.1", "126.255.255.255"), ("127.255.255.255", "128.0.0.0"),
      ("169.254.169.254", "169.253.255.255"),
      ("172.16.0.0", "172.15.255.255"), ("172.31.255.255", "172.32.0.0"), ("192.0.0.8", "192.0.1.0"),
      ("192.0.2.1", "192.0.3.0"), ("192.88.99.1", "192.88.98.255"), ("192.168.1.1", "192.167.255.255"),
      ("198.18.0.0", "198.17.255.255"), ("198.19.255.255", "198.20.0.0"), ("198.51.100.1", "198.51.101.0"),
      ("203.0.113.9", "203.0.112.255"), ("224.0.0.1", "223.255.255.255"), ("240.0.0.0", "8.8.8.8"),
      ("255.255.255.255", "1.1.1.1"),
      ("::", "2000::"), ("::1", "2a00:1450::1"), ("::ffff:10.0.0.1", "::ffff:8.8.8.8"),
      ("::8.8.8.8", "::ffff:8.8.8.8"),
      ("fc00::1", "3ffe::1"), ("fd12::1", "2600::"), ("fe80::1", "2600::"), ("fec0::1", "2600::"),
      ("ff02::1", "2600::"), ("ff0e::1", "2600::"), ("2001::1", "2001:200::1"), ("2001:1ff::", "2001:200::"),
      ("2001:db8::1", "2001:db9::"), ("3fff::1", "3ffe:ffff::"), ("3fff:fff::", "3fff:1000::"),
      ("100::1", "2600::"), ("5f00::1", "2600::"),
      ("64:ff9b::10.1.2.3", "64:ff9b::8.8.8.8"), ("64:ff9b::127.0.0.1", "64:ff9b::1.1.1.1"),
      ("64:ff9b:1::8.8.8.8", "64:ff9b::8.8.8.8"), ("2002:a01:203::1", "2002:808:808::1"),
      ("2002:7f00:1::", "2002:101:101::"), ("2002:c0a8:101::5", "2002:c0a7:101::5"),
    ])
  func isPrivate(_ inside: String, _ outside: String) throws {
    #expect(try IPAddress(parsing: inside).isPrivate)
    #expect(try !IPAddress(parsing: outside).isPrivate)
  }

  @Test("Only 127.0.0.0/8 and ::1 are this host")
  func loopback() throws {
    for text in ["127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"] {
      #expect(try isLoopback(text))
    }
    for text in ["128.0.0.1", "126.255.255.255", "::", "::2", "::127.0.0.1", "0.0.0.0"] {
      #expect(try !isLoopback(text))
    }
  }

  private func isLoopback(_ text: String) throws -> Bool {
    let address = try IPAddress(parsing: text)
    return IPNetwork.loopback.contains { $0.contains(address) }
  }
}
