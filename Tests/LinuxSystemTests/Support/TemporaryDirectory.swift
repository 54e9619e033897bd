import Glibc
import LinuxSystem

/// A directory of a test's own, removed with all that is in it.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = (OwnProcess.environment("TMPDIR") ?? "/tmp") + "/rmrun-test-" + (try RandomName.make(count: 12))
    try Self.parent(of: path).makeDirectory(path)
  }

  deinit { Self.remove(path) }

  func open() throws -> Descriptor { try .open(path, [.readOnly, .directory]) }

  /// Makes a file; by default one that may be executed.
  @discardableResult
  func write(_ name: String, _ text: String, mode: UInt32 = 0o755) throws -> String {
    let file = path + "/" + name
    try Descriptor.open(file, [.writeOnly, .create, .truncate], mode: mode).writeAll(text.utf8)
    // Whatever the umask is.
    guard chmod(file, mode) == 0 else { throw SystemError("chmod", path: file, code: .other) }
    return file
  }

  /// Nil if there is no such file.
  func contents(_ name: String) throws -> String? { try Self.contents(of: path + "/" + name) }

  static func contents(of path: String) throws -> String? {
    do {
      return String(decoding: try SmallFile.read(path), as: UTF8.self)
    } catch  where error.code == .notFound {
      return nil
    }
  }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, path + "/" + name) == 0 else { throw SystemError("link", path: name, code: .other) }
  }

  func names() throws -> [String] { try open().entries().map(\.name).sorted() }

  private static func parent(of path: String) throws -> Descriptor {
    try .open("/", [.readOnly, .directory])
  }

  private static func remove(_ path: String) {
    if let directory = try? Descriptor.open(path, [.readOnly, .directory, .noFollow]) {
      for entry in (try? directory.entries()) ?? [] where (try? directory.removeFile(entry.name)) == nil {
        remove(path + "/" + entry.name)
      }
    }
    _ = rmdir(path)
  }
}
