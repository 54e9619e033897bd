import NameResolution
import Testing

@Suite("Names in messages")
struct DomainNameTests {
  @Test("Case doesn't count, of A to Z alone")
  func equality() throws {
    #expect(DomainName(dotted: "API.Example.com") == DomainName(dotted: "api.eXample.COM"))
    #expect(
      DomainName(dotted: "api.example.com").hashValue == DomainName(dotted: "API.EXAMPLE.COM").hashValue)
    #expect(DomainName(dotted: "a.b") != DomainName(dotted: "b.a"))
    #expect(DomainName(labels: [[0xc3, 0x84]]) != DomainName(labels: [[0xc3, 0xa4]]))
    #expect(DomainName(labels: [[0x40], [0x5b]]) != DomainName(labels: [[0x60], [0x7b]]))
  }

  @Test("A label with a dot in it is not two labels")
  func dots() throws {
    let name = try #require(DomainName(labels: [Array("api.example".utf8), Array("com".utf8)]))
    #expect(name != DomainName(dotted: "api.example.com"))
    #expect(name.hostName == nil)
    #expect(name.description == "api\\.example.com")
  }

  @Test("A name is printed without anything that a terminal could take for a command")
  func printing() {
    #expect(
      DomainName(labels: [[0x1b, 0x5b], [0x41, 0x20, 0xff, 0x5c, 0x22]])?.description
        == "\\027[.a\\032\\255\\\\\\\"")
    #expect(DomainName.root.description == ".")
    #expect(DomainName.root.hostName == nil)
    #expect(DomainName(dotted: "_Sip._tcp.Example-1.org")?.hostName == "_sip._tcp.example-1.org")
    #expect(DomainName(dotted: "a b")?.hostName == nil)
  }

  @Test("At most 63 bytes in a label, 255 in a name")
  func lengths() {
    let label = [UInt8](repeating: 0x61, count: 63)
    #expect(DomainName(labels: [label]) != nil)
    #expect(DomainName(labels: [label + [0x61]]) == nil)
    #expect(DomainName(labels: [[]]) == nil)
    #expect(DomainName(labels: [label, label, label, Array(label.prefix(61))]) != nil)
    #expect(DomainName(labels: [label, label, label, Array(label.prefix(62))]) == nil)
    #expect(DomainName(dotted: "") == nil)
    #expect(DomainName(dotted: "a..b") == nil)
  }
}
