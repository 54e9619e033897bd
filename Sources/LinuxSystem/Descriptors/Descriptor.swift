import Glibc
import SystemPackage

/// An open file that this value owns: closed when it goes out of use, and on exec.
package struct Descriptor: ~Copyable, Sendable {
  /// The number, for a call that borrows the descriptor while this value lives.
  package let rawValue: Int32

  /// Takes the ownership of an open descriptor.
  package init(owning rawValue: Int32) { self.rawValue = rawValue }

  deinit { _ = Glibc.close(rawValue) }

  /// Closes it and says what the kernel thinks of it: on some file systems a failed write shows only here.
  package consuming func close() throws(SystemError) {
    let number = take()
    // Linux has freed the number even when close(2) was interrupted: never call it twice.
    if Glibc.close(number) < 0 && errno != EINTR {
      throw SystemError("close", errno: Errno(rawValue: errno))
    }
  }

  /// Gives the ownership away: the caller closes the number.
  package consuming func take() -> Int32 {
    let number = rawValue
    discard self
    return number
  }

  /// A second descriptor of the same open file.
  package func duplicate() throws(SystemError) -> Descriptor {
    let number = rawValue
    return Descriptor(
      owning: try checked("duplicate a descriptor") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
  }
}
