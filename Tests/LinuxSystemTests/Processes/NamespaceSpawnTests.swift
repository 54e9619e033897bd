import Glibc
import ResourceModel
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

/// Root has what namespaces take; others by a user namespace, where the kernel lets them.
private let base: NamespaceSet = OwnProcess.effectiveUser == 0 ? [] : .user

private let hasNamespaces: Bool = {
  var made = request("/bin/true")
  made.confinement = ProcessConfinement()
  made.confinement?.namespaces = base.union(.uts)
  guard let child = try? Spawner.spawn(made) else { return false }
  return (try? child.wait()) != nil
}()

/// Whether no first process of a namespace lives; those of tests that run at the same time end as well.
private func areNamespacesGone() throws -> Bool {
  try ProcessTree.all().allSatisfy { $0.command != "rmrun-init" || $0.isZombie }
}

private func isolated(
  _ namespaces: NamespaceSet, _ script: String, mounts: [MountStep] = [], directory: String? = nil
) -> SpawnRequest {
  var made = request("/bin/sh", "-c", script)
  made.confinement = ProcessConfinement()
  made.confinement?.namespaces = base.union(namespaces)
  made.confinement?.mounts = mounts
  made.confinement?.directory = directory
  return made
}

@Suite(
  "A command in namespaces of its own", .timeLimit(.minutes(15)),
  .enabled(if: hasNamespaces, "needs root, or user namespaces for users"))
struct NamespaceSpawnTests {
  @Test func itIsNumberTwoOfItsOwnAndTheSupervisorsChild() throws {
    let (end, output) = try run(isolated(.pid, "echo $$ $PPID"))
    #expect(end.outcome == .exited(0))
    #expect(output == "2 0\n")
  }

  @Test(arguments: [0, 1, 77, 255] as [Int32])
  func itsExitStatusIsItsOwn(status: Int32) throws {
    let child = try Spawner.spawn(isolated(.pid, "exit \(status)"))
    #expect(try child.wait()?.outcome == .exited(status))
  }

  @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV, SIGINT])
  func itDiesOfSignalsAsWithoutThem(signal: Int32) throws {
    let inside = try Spawner.spawn(isolated(.pid, "kill -\(signal) $$; exec sleep 10"))
    #expect(try inside.wait()?.outcome == .signaled(Signal(number: signal)))
    let outside = try Spawner.spawn(isolated(.pid, "exec sleep 10"))
    try outside.send(Signal(number: signal))
    #expect(try outside.wait()?.outcome == .signaled(Signal(number: signal)))
  }

  /// The first process of the namespace ends with the last of the others, and not before.
  @Test func theNamespaceLastsAsLongAsAnybodyIsInIt() throws {
    let directory = try TemporaryDirectory()
    let file = directory.path + "/ended"
    let child = try Spawner.spawn(isolated(.pid, "(sleep 0.3; echo yes >\(file)) & exit 3"))
    #expect(try child.wait()?.outcome == .exited(3))
    #expect(try directory.contents("ended") == nil)
    try eventually { try directory.contents("ended") == "yes\n" }
    try eventually { try areNamespacesGone() }
  }

  @Test func orphansAreReaped() throws {
    // Each of the inner ones is orphaned; a zombie would stay in the list.
    let script = "for i in 1 2 3; do (true &) ; done; sleep 0.3; ls /proc | grep -c '^[0-9]*$'"
    let mounts: [MountStep] = [.makePrivate("/"), .mount(type: "proc", at: "/proc", flags: [], data: "")]
    let (_, output) = try run(isolated([.pid, .mount], script, mounts: mounts))
    // The first process, the shell, ls and grep.
    #expect(output == "4\n")
  }

  @Test func nobodyInsideSeesTheFirstProcesssMemory() throws {
    let mounts: [MountStep] = [.makePrivate("/"), .mount(type: "proc", at: "/proc", flags: [], data: "")]
    var made = isolated([.pid, .mount], "cat /proc/1/environ", mounts: mounts)
    made.confinement?.keptCapabilities = 0
    made.confinement?.noNewPrivileges = true
    let child = try Spawner.spawn(made)
    #expect(try child.wait()?.outcome != .exited(0))
  }

  @Test func itHasALoopbackInterfaceAndNoOther() throws {
    let (end, output) = try run(
      isolated(
        .net, "cat /proc/net/dev | grep -c :; cat /sys/class/net/lo/flags; ip -br a 2>/dev/null || true"))
    #expect(end.outcome == .exited(0))
    #expect(output.hasPrefix("1\n"))
  }

  @Test func whatItMountsStaysWithIt() throws {
    let directory = try TemporaryDirectory()
    let mounts: [MountStep] = [
      .makePrivate("/"), .mount(type: "tmpfs", at: directory.path, flags: [.noDevices], data: "size=1m"),
    ]
    let (_, output) = try run(
      isolated(.mount, "touch \(directory.path)/x && ls \(directory.path)", mounts: mounts))
    #expect(output == "x\n")
    #expect(try directory.contents("x") == nil)
  }

  @Test func whatIsReadOnlyIsAndWhatIsKeptIsNot() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("open/file", "")
    let mounts: [MountStep] = [
      .makePrivate("/"), .keep(directory.path + "/open", slot: 0), .makeReadOnly("/", recursively: true),
      .place(slot: 0, at: directory.path + "/open"),
    ]
    let script =
      "touch \(directory.path)/x 2>/dev/null && echo bad; touch open/y && echo good; pwd"
    let (_, output) = try run(isolated(.mount, script, mounts: mounts, directory: directory.path))
    #expect(output == "good\n\(directory.path)\n")
  }

  @Test func aMountThatCantBeMadeIsToldByItsStep() throws {
    let step = MountStep.mount(type: "tmpfs", at: "/nonexistent/place", flags: [], data: "")
    do {
      _ = try Spawner.spawn(isolated(.mount, "true", mounts: [.makePrivate("/"), step]))
      Issue.record("it was started")
    } catch {
      #expect(error.stage == .mounts(step))
      #expect(error.underlying == .noSuchFileOrDirectory)
      #expect(error.description.contains("/nonexistent/place"))
    }
  }

  @Test func aCommandThatCantBeExecutedInsideLeavesNobody() throws {
    var made = isolated(.pid, "")
    made.executable = "/nonexistent/tool"
    #expect(throws: SpawnError.self) { _ = try Spawner.spawn(made) }
    try eventually { try areNamespacesGone() }
  }

  @Test func aUserNamespaceMapsTheUserToItself() throws {
    let (end, output) = try run(isolated(.user, "id -u; cat /proc/self/setgroups"))
    #expect(end.outcome == .exited(0))
    #expect(output == "\(OwnProcess.effectiveUser)\ndeny\n")
  }
}
