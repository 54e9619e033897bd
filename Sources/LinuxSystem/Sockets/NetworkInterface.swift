import Glibc

/// The network interfaces of this network namespace.
package enum NetworkInterface {
  /// The number of the one with a name; nil if there is none.
  package static func number(of name: String) -> UInt32? {
    let number = if_nametoindex(name)
    return number == 0 ? nil : number
  }
}
