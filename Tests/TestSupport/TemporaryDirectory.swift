import Glibc
package import LinuxSystem

/// A directory of a test's own, removed with all that is in it.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    path = (OwnProcess.environment("TMPDIR") ?? "/tmp") + "/rmrun-test-" + (try RandomName.make(count: 12))
    try Descriptor.open("/", [.readOnly, .directory]).makeDirectory(path)
  }

  deinit { Self.remove(path) }

  package func open() throws -> Descriptor { try .open(path, [.readOnly, .directory]) }

  /// Makes a file, by default one that may be executed, and the directories above it. Returns its path.
  @discardableResult
  package func write(_ name: String, _ text: String, mode: UInt32 = 0o755) throws -> String {
    try write(name, Array(text.utf8), mode: mode)
  }

  @discardableResult
  package func write(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o755) throws -> String {
    var directory = path
    for part in name.split(separator: "/").dropLast() {
      directory += "/" + part
      mkdir(directory, 0o755)
    }
    let file = path + "/" + name
    try Descriptor.open(file, [.writeOnly, .create, .truncate], mode: mode).writeAll(bytes)
    // Whatever the umask is.
    guard chmod(file, mode) == 0 else { throw SystemError("chmod", path: file, code: .other) }
    return file
  }

  /// Nil if there is no such file.
  package func contents(_ name: String) throws -> String? { try Self.contents(of: path + "/" + name) }

  package static func contents(of path: String) throws -> String? {
    do {
      return String(decoding: try SmallFile.read(path), as: UTF8.self)
    } catch  where error.code == .notFound {
      return nil
    }
  }

  package func link(_ name: String, to target: String) throws {
    guard symlink(target, path + "/" + name) == 0 else { throw SystemError("link", path: name, code: .other) }
  }

  package func names() throws -> [String] { try open().entries().map(\.name).sorted() }

  private static func remove(_ path: String) {
    if let directory = try? Descriptor.open(path, [.readOnly, .directory, .noFollow]) {
      for entry in (try? directory.entries()) ?? [] where (try? directory.removeFile(entry.name)) == nil {
        remove(path + "/" + entry.name)
      }
    }
    _ = rmdir(path)
  }
}
