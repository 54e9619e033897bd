import Glibc
import LinuxSystem

@testable import CgroupV2

/// A temporary directory that plays a group: files with the kernel's texts, and directories.
final class Fixture: Sendable {
  let path: String

  /// Makes it with some files, by their paths below it; directories on the way are made.
  init(_ files: [String: String] = [:]) throws {
    path = "/tmp/rmrun-fixture-" + (try RandomName.make(count: 12))
    try Descriptor.open("/tmp", [.readOnly, .directory]).makeDirectory(String(path.dropFirst(5)))
    for (name, text) in files { try put(text, at: name) }
  }

  deinit { Self.remove(path) }

  /// The directory as a group.
  var group: GroupDirectory {
    get throws { try GroupDirectory(path: path) }
  }

  func put(_ text: String, at name: String) throws {
    var directory = try Descriptor.open(path, [.readOnly, .directory])
    let parts = name.split(separator: "/").map(String.init)
    for part in parts.dropLast() {
      if mkdirat(directory.rawValue, part, 0o755) != 0, errno != EEXIST { throw FixtureError.make(part) }
      directory = try directory.open(part, [.readOnly, .directory])
    }
    guard let last = parts.last else { return }
    try directory.open(last, [.writeOnly, .create, .truncate]).writeAll(text.utf8)
  }

  func makeDirectories(_ name: String) throws {
    try put("", at: name + "/placeholder")
    unlink("\(path)/\(name)/placeholder")
  }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, "\(path)/\(name)") == 0 else { throw FixtureError.make(name) }
  }

  func text(of name: String) throws -> String {
    String(decoding: try SmallFile.read("\(path)/\(name)"), as: UTF8.self)
  }

  private static func remove(_ path: String) {
    guard let directory = try? Descriptor.open(path, [.readOnly, .directory]),
      let entries = try? directory.entries()
    else { return }
    for entry in entries {
      if entry.kind == .directory { remove("\(path)/\(entry.name)") } else { unlink("\(path)/\(entry.name)") }
    }
    rmdir(path)
  }
}

enum FixtureError: Error { case make(String) }
