import Glibc
import SystemPackage

/// Paths without links.
package enum RealPath {
  /// The absolute path of a file or directory, with all links followed. Throws if there is none.
  package static func of(_ path: String) throws(SystemError) -> String {
    // realpath(3) would look at each part by itself; the kernel opens the whole at once.
    try of(try Descriptor.open(path, [.pathOnly]))
  }

  /// That of an open file. A file that is removed has one that leads nowhere.
  package static func of(_ file: borrowing Descriptor) throws(SystemError) -> String {
    try link("/proc/self/fd/\(file.rawValue)")
  }

  /// Where a symbolic link leads.
  package static func link(_ path: String) throws(SystemError) -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = try checkedCount("read", path: path) {
      buffer.withUnsafeMutableBytes { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          guard let start = $0.baseAddress else { return 0 }
          return readlink(path, start, $0.count)
        }
      }
    }
    return KernelText.string(buffer[..<count])
  }
}
