import Glibc
import SystemPackage

/// A file of the kernel's that is read again and again, kept open: `cpu.stat`, `memory.current`, …
///
/// Each read starts at offset 0, at which such files produce their contents anew. One pread(2) and one allocation.
package final class KernelFile: Sendable {
  /// Contents up to this size are read in one call and so come from one moment.
  package static let atomicSize = 4096

  private let descriptor: Descriptor
  /// For messages.
  package let path: String

  /// Opens the file below a directory for reading.
  package init(at directory: borrowing Descriptor, _ name: String) throws(SystemError) {
    self.descriptor = try directory.open(name, [.readOnly, .noFollow])
    self.path = name
  }

  /// Opens the file at a path for reading.
  package init(path: String) throws(SystemError) {
    self.descriptor = try .open(path, .readOnly)
    self.path = path
  }

  /// The number of the descriptor, for a `Poller`; this object keeps it open.
  package var rawValue: Int32 { descriptor.rawValue }

  /// The contents as they are now. Throws `.notFound` (ENODEV) when what the file described is gone.
  package func read() throws(SystemError) -> [UInt8] {
    var bytes = try descriptor.readOnce(upTo: Self.atomicSize, at: 0, path: path)
    guard bytes.count == Self.atomicSize else { return bytes }
    while true {
      let more = try descriptor.readOnce(upTo: 1 << 16, at: Int64(bytes.count), path: path)
      if more.isEmpty { return bytes }
      bytes += more
    }
  }

  /// A list as it is now, however long. The kernel hands a list out in pieces of up to a page that end with a whole line, so a
  /// short piece is not the last one.
  package func readList() throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try descriptor.readOnce(upTo: Self.atomicSize, at: Int64(bytes.count), path: path)
      if more.isEmpty { return bytes }
      bytes += more
    }
  }
}

/// A file of the kernel's that is read or written once.
package enum SmallFile {
  /// The contents of a file below a directory.
  package static func read(at directory: borrowing Descriptor, _ name: String) throws(SystemError) -> [UInt8]
  {
    try directory.open(name, [.readOnly, .noFollow]).readAll(path: name)
  }

  /// The contents of the file at a path.
  package static func read(_ path: String) throws(SystemError) -> [UInt8] {
    try Descriptor.open(path, .readOnly).readAll(path: path)
  }

  /// Writes to an existing file below a directory, in a single write(2), as control files want it.
  package static func write(
    at directory: borrowing Descriptor, _ name: String, _ text: String
  ) throws(SystemError) {
    let file = try directory.open(name, [.writeOnly, .noFollow])
    try file.writeAll(text.utf8, path: name)
  }

  /// Writes to an existing file at a path, in a single write(2).
  package static func write(_ path: String, _ text: String) throws(SystemError) {
    try Descriptor.open(path, .writeOnly).writeAll(text.utf8, path: path)
  }
}
