import Glibc
import LinuxSystem

/// A group of cgroup v2 of a test's own, below this process's group; ended and removed when it goes out of use.
final class LiveGroup: Sendable {
  let path: String
  let name: String

  /// Why there can't be one on this host; nil if there can.
  static let obstacle: String? = {
    do {
      _ = try LiveGroup()
      return nil
    } catch {
      return "no cgroup v2 that this user may make groups in: \(error)"
    }
  }()

  init() throws {
    name = "rmrun-test-" + (try RandomName.make(count: 12))
    path = try Self.parentPath() + "/" + name
    try Self.parent().makeDirectory(name)
  }

  deinit { Self.remove(path) }

  static func parent() throws -> Descriptor { try .open(parentPath(), [.readOnly, .directory]) }

  func open() throws -> Descriptor { try .open(path, [.readOnly, .directory]) }

  var exists: Bool { (try? FileStatus.of(path)) != nil }

  func processes() throws -> [Int32] { try LiveGroup.processes(path) }

  static func processes(_ path: String) throws -> [Int32] {
    try KernelText.lines(SmallFile.read(path + "/cgroup.procs")).compactMap {
      KernelText.decimal($0).flatMap(Int32.init(exactly:))
    }
  }

  /// This process's own group, in the first v2 mount that shows it.
  private static func parentPath() throws -> String {
    guard
      let mount = try MountInfo.current().first(where: { $0.fileSystemType == "cgroup2" && $0.root == "/" })
    else { throw SystemError("find cgroup v2", code: .notFound) }
    guard let own = try ProcessFiles.ownCgroup(), !own.isOutsideNamespace else {
      throw SystemError("find the own group", code: .notFound)
    }
    return mount.mountPoint + (own.path == "/" ? "" : own.path)
  }

  private static func remove(_ path: String) {
    try? SmallFile.write(path + "/cgroup.kill", "1")
    guard let directory = try? Descriptor.open(path, [.readOnly, .directory]) else { return }
    for entry in (try? directory.entries()) ?? [] where entry.kind == .directory {
      remove(path + "/" + entry.name)
    }
    for _ in 0..<1000 where rmdir(path) < 0 && errno == EBUSY { usleep(1000) }
  }
}
