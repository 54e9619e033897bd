package import ResourceModel
import CLinuxSystem
import Glibc

/// The network interfaces of this network namespace.
package enum NetworkInterface {
  /// The number of the one with a name; nil if there is none.
  package static func number(of name: String) -> UInt32? {
    let number = if_nametoindex(name)
    return number == 0 ? nil : number
  }

  /// All of this host's own addresses now.
  package static func addresses() throws(SystemError) -> Set<IPAddress> {
    var first: UnsafeMutablePointer<ifaddrs>?
    _ = try checked("ask for the host's addresses") { getifaddrs(&first) }
    defer { freeifaddrs(first) }
    var addresses: Set<IPAddress> = []
    var next = first
    while let entry = next?.pointee {
      if let raw = entry.ifa_addr, let found = SocketAddress(raw: raw) { addresses.insert(found.address) }
      next = entry.ifa_next
    }
    return addresses
  }

  /// The most bytes of a packet of each interface, at the place of so many that its number leaves; 0 where there is none. A lower number goes before
  /// one that there is no place for.
  package static func packetSizes(places: Int) throws(SystemError) -> [UInt32] {
    var sizes = [UInt32](repeating: 0, count: places)
    try shim("ask for the host's interfaces") { rmrun_interface_mtus(&sizes, UInt32(places)) }
    return sizes
  }
}
