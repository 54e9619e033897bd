import ControlSocket
import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Where control sockets lie, and who may use the place.
struct RuntimeDirectoryTests {
  private static func paths(user: UInt32, _ environment: [String: String]) -> [String] {
    RuntimeDirectory.places(user: user) { environment[$0] }.map(\.path)
  }

  @Test func aUsersOwnComesFirst() {
    #expect(Self.paths(user: 7, [:]) == ["/run/user/7/rmrun", "/tmp/rmrun-7"])
    #expect(
      Self.paths(user: 7, ["XDG_RUNTIME_DIR": "/x"]) == ["/x/rmrun", "/run/user/7/rmrun", "/tmp/rmrun-7"])
    #expect(
      Self.paths(user: 7, ["XDG_RUNTIME_DIR": "/run/user/7"]) == ["/run/user/7/rmrun", "/tmp/rmrun-7"])
    #expect(Self.paths(user: 7, ["XDG_RUNTIME_DIR": "relative"]) == ["/run/user/7/rmrun", "/tmp/rmrun-7"])
  }

  @Test func rootDoesNotFollowWhatSudoLeft() {
    #expect(Self.paths(user: 0, ["XDG_RUNTIME_DIR": "/run/user/7"]) == ["/run/rmrun", "/tmp/rmrun-0"])
  }

  @Test func oneThatIsNamedIsTheOnlyOne() {
    #expect(Self.paths(user: 7, ["RMRUN_RUNTIME_DIR": "/y", "XDG_RUNTIME_DIR": "/x"]) == ["/y"])
  }

  @Test func itIsMadeForItsOwnerAlone() throws {
    let scratch = try TemporaryDirectory()
    let place = RuntimeDirectory(path: scratch.path + "/run", owner: OwnProcess.effectiveUser)
    #expect(try place.make().status().permissions == 0o700)
    #expect(try place.open().status().permissions == 0o700)
  }

  @Test(arguments: [0o750, 0o705, 0o777] as [UInt32])
  func oneThatOthersCanGetAtIsRefused(_ mode: UInt32) throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.path + "/run"
    try Descriptor.open("/", [.readOnly, .directory]).makeDirectory(path, mode: 0o700)
    try #require(chmod(path, mode) == 0)
    let place = RuntimeDirectory(path: path, owner: OwnProcess.effectiveUser)
    #expect(throws: SystemError.self) { _ = try place.make() }
  }

  @Test func anothersIsRefused() throws {
    let scratch = try TemporaryDirectory()
    let place = RuntimeDirectory(path: scratch.path + "/run", owner: OwnProcess.effectiveUser)
    _ = try place.make()
    #expect(throws: SystemError.self) {
      _ = try RuntimeDirectory(path: place.path, owner: OwnProcess.effectiveUser + 1).open()
    }
  }

  @Test func aLinkIsRefused() throws {
    let scratch = try TemporaryDirectory()
    let place = RuntimeDirectory(path: scratch.path + "/run", owner: OwnProcess.effectiveUser)
    _ = try place.make()
    try scratch.link("planted", to: place.path)
    #expect(throws: SystemError.self) {
      _ = try RuntimeDirectory(path: scratch.path + "/planted", owner: place.owner).make()
    }
  }
}
