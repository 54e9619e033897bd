import Glibc
import LinuxSystem

/// What a name server may use, of which most is sockets: so a job that asks a lot doesn't take rmrun's descriptors.
struct ServerBounds: Sendable, Hashable {
  /// How many queries are asked upstream at a time; each has a socket.
  var lookups = 128
  /// How many connections there are at a time; each may have a query of its own besides.
  var clients = 32
  /// How long a connection may be silent.
  var patience = Duration.seconds(10)

  /// For a process that may have so many descriptors; nil: any number.
  init(descriptors: UInt64?) {
    guard let descriptors else { return }
    lookups = Int(min(128, max(1, descriptors / 4)))
    clients = Int(min(32, max(1, descriptors / 16)))
  }

  /// For this process.
  static func ofProcess() throws(SystemError) -> ServerBounds {
    ServerBounds(
      descriptors: try ResourceLimit.current(number: Int32(RLIMIT_NOFILE.rawValue), name: "nofile").soft)
  }
}
