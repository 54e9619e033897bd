import CLinuxSystem
import Glibc
import SystemPackage

/// One name in a directory.
package struct DirectoryEntry: Sendable, Hashable {
  package let name: String
  /// What it is, as far as the file system says so without a look at the file itself.
  package let kind: FileStatus.Kind
}

extension Descriptor {
  /// Makes a directory below this one. Throws `.exists` if the name is taken.
  package func makeDirectory(_ name: String, mode: UInt32 = 0o755) throws(SystemError) {
    let number = rawValue
    _ = try checked("make the directory", path: name) { mkdirat(number, name, mode) }
  }

  /// Removes an empty directory below this one.
  package func removeDirectory(_ name: String) throws(SystemError) {
    let number = rawValue
    _ = try checked("remove the directory", path: name) { unlinkat(number, name, AT_REMOVEDIR) }
  }

  /// Removes a file (never a directory) below this one.
  package func removeFile(_ name: String) throws(SystemError) {
    let number = rawValue
    _ = try checked("remove", path: name) { unlinkat(number, name, 0) }
  }

  /// Renames a file within this directory, over what had the new name.
  package func rename(_ name: String, to newName: String) throws(SystemError) {
    let number = rawValue
    _ = try checked("rename", path: name) { renameat(number, name, number, newName) }
  }

  /// All names in this directory but `.` and `..`, in the file system's order.
  ///
  /// Works on an `O_PATH` descriptor too. A name that isn't UTF-8 comes out with U+FFFD and can't be opened by it.
  package func entries() throws(SystemError) -> [DirectoryEntry] {
    // An own open file: the position belongs to it, and two listings must not disturb one another.
    let listing = try open(".", [.readOnly, .directory])
    var found: [DirectoryEntry] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try shim("list a directory") {
        buffer.withUnsafeMutableBufferPointer {
          rmrun_read_entries(listing.rawValue, $0.baseAddress, $0.count)
        }
      }
      if count == 0 { return found }
      for record in buffer[..<Int(count)].split(separator: 0) {
        found.append(Self.entry(record))
      }
    }
  }

  /// A record is the `d_type`, never 0, and the name.
  private static func entry(_ record: ArraySlice<UInt8>) -> DirectoryEntry {
    let kind: FileStatus.Kind =
      switch record.first.map(Int32.init) {
      case 1: .fifo
      case 2: .characterDevice
      case 4: .directory
      case 6: .blockDevice
      case 8: .regular
      case 10: .symbolicLink
      case 12: .socket
      default: .unknown
      }
    return DirectoryEntry(name: String(decoding: record.dropFirst(), as: UTF8.self), kind: kind)
  }
}
