import Foundation
import Testing

@testable import LinuxSystem

@Suite("Network interfaces")
struct NetworkInterfaceTests {
  /// By its number, as sysfs has it.
  private static func sizes() throws -> [Int: UInt32] {
    let all = "/sys/class/net"
    var sizes: [Int: UInt32] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: all) {
      func number(_ file: String) -> Int? {
        (try? String(contentsOfFile: "\(all)/\(name)/\(file)", encoding: .utf8)).flatMap {
          Int($0.trimmingCharacters(in: .newlines))
        }
      }
      // Some files there are no interfaces.
      if let index = number("ifindex"), let size = number("mtu") { sizes[index] = UInt32(size) }
    }
    return sizes
  }

  @Test func packetsAreAsLongAsTheKernelSays() throws {
    let sizes = try Self.sizes()
    let places = (sizes.keys.max() ?? 0) + 1
    let found = try NetworkInterface.packetSizes(places: places)
    #expect(sizes[1] ?? 0 > 0, "there is a loopback")
    // Others may come and go: tests make some.
    #expect(found[1] == sizes[1] && found[0] == 0)
    let later = try Self.sizes()
    for (number, size) in sizes where later[number] == size { #expect(found[number] == size) }
  }

  /// The loopback, number 1, has the place; and the only place is for any.
  @Test func ofTwoWithOnePlaceTheLowerNumberHasIt() throws {
    let sizes = try Self.sizes()
    #expect(try NetworkInterface.packetSizes(places: 2)[1] == sizes[1])
    #expect(try NetworkInterface.packetSizes(places: 1)[0] > 0)
  }
}
