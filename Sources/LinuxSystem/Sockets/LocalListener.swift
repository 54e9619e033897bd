import CLinuxSystem
import SystemPackage

/// A socket of unix(7) that others connect to, by a name in a directory.
package struct LocalListener: ~Copyable, Sendable {
  private let descriptor: Descriptor
  /// How many may wait to be taken.
  private static let backlog: Int32 = 128

  /// Makes the socket and listens. The name has to be a new one.
  ///
  /// It listens before it has its name, so that a socket that can be seen and refuses a connection is a dead process's.
  package init(_ name: String, in directory: borrowing Descriptor) throws(SystemError) {
    let number = directory.rawValue
    let draft = Self.draft(of: name)
    let socket = Descriptor(
      owning: try shim("listen on", path: draft) { rmrun_socket_listen(number, draft, Self.backlog) })
    do {
      try directory.rename(draft, to: name)
    } catch {
      try? directory.removeFile(draft)
      throw error
    }
    descriptor = socket
  }

  /// What it is called until it listens.
  private static func draft(of name: String) -> String { "." + name }

  /// Whether a name is one that a socket has until it listens.
  package static func isDraft(_ name: String) -> Bool { name.hasPrefix(".") }

  /// The number, for a `Poller`: readable when somebody waits.
  package var rawValue: Int32 { descriptor.rawValue }

  /// The next connection; nil if nobody waits.
  package func accept() throws(SystemError) -> LocalSocket? {
    let number = descriptor.rawValue
    do {
      return LocalSocket(Descriptor(owning: try shim("take a connection") { rmrun_socket_accept(number) }))
    } catch  where error.underlying == .wouldBlock {
      return nil
    }
  }
}
