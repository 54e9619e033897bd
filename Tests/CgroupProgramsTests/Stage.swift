import Glibc
import LinuxSystem
import ResourceModel
import Testing

/// A group of cgroup v2 of a test's own, in which commands are run to their end; removed when it goes out of use.
final class Stage: Sendable {
  let path: String
  let group: Descriptor
  /// What a process may not lack to have packets counted.
  private static let capabilities: [Int32] = [12, 21]

  /// What there can be no counting without on this host; nil if nothing is missing.
  static let obstacle: String? = {
    guard capabilities.allSatisfy({ OwnCapabilities.has($0) }) else {
      return "CAP_NET_ADMIN and CAP_SYS_ADMIN"
    }
    do {
      _ = try Stage()
      return nil
    } catch {
      return "a cgroup v2 that this user may make groups in (\(error))"
    }
  }()

  /// A group below this process's own, or below another.
  init(in parent: String? = nil) throws {
    path = try (parent ?? Self.own()) + "/rmrun-test-" + RandomName.make(count: 12)
    guard mkdir(path, 0o755) == 0 else { throw SystemError("make a group", path: path, code: .other) }
    group = try Descriptor.open(path, [.readOnly, .directory])
  }

  deinit { for _ in 0..<1000 where rmdir(path) < 0 && errno == EBUSY { usleep(1000) } }

  /// Runs commands of bash's, and waits for their end.
  func run(_ script: String) throws {
    var request = SpawnRequest(
      executable: "/bin/bash", arguments: ["bash", "-c", NativeString(script)],
      environment: OwnProcess.environment(), signals: InheritedSignals(blocked: [], ignored: []))
    request.cgroup = group.rawValue
    let child = try Spawner.spawn(request)
    #expect(try child.wait()?.outcome == .exited(0))
  }

  /// Sends datagrams of so many bytes to this host itself, to where nobody takes them.
  func send(_ count: Int, of size: Int, to address: String = "127.0.0.1") throws {
    let text = String(repeating: "x", count: size)
    try run("for i in {1..\(count)}; do printf \(text) >/dev/udp/\(address)/9; done")
  }

  private static func own() throws -> String {
    guard
      let mount = try MountInfo.current().first(where: { $0.fileSystemType == "cgroup2" && $0.root == "/" }),
      let own = try ProcessFiles.ownCgroup(), !own.isOutsideNamespace
    else { throw SystemError("find the own group", code: .notFound) }
    return mount.mountPoint + (own.path == "/" ? "" : own.path)
  }
}
