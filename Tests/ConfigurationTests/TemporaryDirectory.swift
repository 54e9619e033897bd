import Glibc
import LinuxSystem
import SystemPackage

/// A directory of its own for a test, removed with all that is in it.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/rmrun-configuration-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw SystemError("make a directory", errno: Errno(rawValue: errno))
    }
    path = String(cString: made)
  }

  deinit { Self.remove(path) }

  /// Writes a file, making the directories above it, and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    var directory = path
    for part in name.split(separator: "/").dropLast() {
      directory += "/" + part
      mkdir(directory, 0o755)
    }
    let file = path + "/" + name
    let descriptor = try Descriptor.open(file, [.writeOnly, .create, .truncate])
    try descriptor.writeAll(bytes, path: file)
    return file
  }

  private static func remove(_ path: String) {
    if let entries = try? Descriptor.open(path, [.readOnly, .directory, .noFollow]).entries() {
      for entry in entries { remove(path + "/" + entry.name) }
    }
    Glibc.remove(path)
  }
}
