@testable import Configuration
import Glibc
import LinuxSystem
import ResourceModel
import TestSupport
import Testing

@Suite("Finding profiles")
struct ProfileStoreTests {
  private let directory: TemporaryDirectory
  private let store: ProfileStore

  init() throws {
    directory = try TemporaryDirectory()
    store = ProfileStore(directories: [directory.path + "/system", directory.path + "/user"])
  }

  private func faults(_ value: String) -> [String] {
    store.check(value).map { fault in
      var text = fault.description
      while let range = text.range(of: directory.path + "/") { text.removeSubrange(range) }
      return text
    }
  }

  @Test func aBuiltInNameReadsNoFileAndCannotBeShadowed() throws {
    try directory.write("user/ci.yaml", "grace: 1h\n")
    try directory.write("system/default.yaml", "pids.max: 1\n")
    let resolved = try store.resolve("ci")
    #expect(resolved.limits.grace == .seconds(30))
    #expect(resolved.limits.pidsMax == .atMost(4096))
    #expect(resolved.chain.map(\.origin) == [.builtIn, .builtIn])
  }

  @Test func theSystemsProfileComesBeforeTheUsers() throws {
    let path = try directory.write("system/mine.yaml", "grace: 1s\n")
    try directory.write("user/mine.yaml", "grace: 2s\n")
    try directory.write("user/own.yaml", "grace: 3s\n")
    #expect(try store.resolve("mine").limits.grace == .seconds(1))
    #expect(try store.resolve("mine").chain.last?.origin == .file(path))
    #expect(try store.resolve("own").limits.grace == .seconds(3))
  }

  @Test func theDefaultProfileAlwaysAppliesFirst() throws {
    try directory.write("user/mine.yaml", "grace: 1s\n")
    let resolved = try store.resolve("mine")
    #expect(resolved.chain.map(\.profile.name) == ["default", "mine"])
    #expect(resolved.limits.pidsMax == .atMost(4096))
  }

  @Test func aProfileIsLaidOverThoseThatItExtends() throws {
    try directory.write("user/base.yaml", "extends: ci\ngrace: 1s\nrlimit: [core=1, nofile=10]\n")
    try directory.write("user/mine.yaml", "extends: base\nrlimit: nofile=20\ntimeout: 2h\n")
    let resolved = try store.resolve("mine")
    #expect(resolved.chain.map(\.profile.name) == ["default", "ci", "base", "mine"])
    #expect(resolved.limits.timeout == .atMost(.seconds(7200)))
    #expect(resolved.limits.grace == .seconds(1))
    #expect(resolved.limits.idleTimeout == .atMost(.seconds(900)))
    #expect(
      resolved.sources.filter { $0.key == "rlimit" || $0.key == "timeout" } == [
        .init(key: "timeout", value: "2h", profile: "mine"),
        .init(key: "rlimit", value: "core=1", profile: "base"),
        .init(key: "rlimit", value: "nofile=20", profile: "mine"),
      ])
  }

  @Test func aNameIsNeverLookedForInTheWorkingDirectory() throws {
    // What stands in a checked-out repository must not take the place of what was meant.
    let name = "rmrun-test-\(getpid())"
    try Descriptor.open(name + ".yaml", [.writeOnly, .create]).writeAll(Array("grace: 1s\n".utf8))
    defer { unlink(name + ".yaml") }
    #expect(throws: ConfigurationError.self) { try store.resolve(name) }
    #expect(try store.resolve("./\(name).yaml").limits.grace == .seconds(1))
    #expect(try store.resolve("\(name).yaml").limits.grace == .seconds(1))
  }

  @Test(
    arguments: [
      ("/home/u", nil, nil, "/home/u/.config"), ("/home/u", "/cfg", nil, "/cfg"),
      ("/home/u", "", nil, "/home/u/.config"),
      ("/home/u", "relative", nil, "/home/u/.config"),
      ("relative", nil, "/from/passwd", "/from/passwd/.config"),
      (nil, nil, "/from/passwd", "/from/passwd/.config"), (nil, nil, nil, nil), ("", "./x", "x", nil),
    ] as [(String?, String?, String?, String?)])
  func theUsersDirectoryIsAbsolute(home: String?, xdg: String?, passwd: String?, base: String?) {
    let environment = ["HOME": home, "XDG_CONFIG_HOME": xdg]
    let store = ProfileStore(environment: { environment[$0] ?? nil }, home: passwd)
    #expect(store.directories == ["/etc/rmrun/profiles"] + (base.map { [$0 + "/rmrun/profiles"] } ?? []))
  }

  @Test(arguments: [
    "", ".", "..", ".hidden", "a b", "a\nb", "ü", "a\u{0}", "*", String(repeating: "a", count: 200),
  ])
  func oddNamesAreRefused(name: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try store.resolve(name) }
    #expect(error?.code == .badName)
  }

  @Test func anUnknownNameNamesTheNearestAndWhereItWasLookedFor() throws {
    try directory.write("user/nightly.yaml", "")
    let error = #expect(throws: ConfigurationError.self) { try store.resolve("nightl") }
    #expect(error?.code == .unknownName)
    #expect(
      error?.description
        == "can't find the profile 'nightl': no file nightl.yaml in \(directory.path)/system or "
        + "\(directory.path)/user, and none built in; did you mean 'nightly'? "
        + "`rmrun profile list` shows what there is, and a path with '/' names a file")
  }

  @Test func aPathInExtendsStartsAtTheFileThatHasIt() throws {
    try directory.write("project/team.yaml", "extends: ./parts/base.yaml\n")
    try directory.write("project/parts/base.yaml", "grace: 4s\n")
    #expect(try store.resolve(directory.path + "/project/team.yaml").limits.grace == .seconds(4))
  }

  @Test func aSymbolicLinkIsFollowed() throws {
    let target = try directory.write("dotfiles/p.yaml", "grace: 5s\n")
    try directory.write("user/other.yaml", "")
    symlink(target, directory.path + "/user/linked.yaml")
    #expect(try store.resolve("linked").limits.grace == .seconds(5))
  }

  @Test func whatIsNoPlainFileIsRefusedAndNotWaitedFor() throws {
    try directory.write("user/dir.yaml/x", "")
    mkfifo(directory.path + "/user/fifo.yaml", 0o644)
    for value in ["dir", "fifo", "/dev/zero", "/dev/null", directory.path + "/"] {
      let error = #expect(throws: ConfigurationError.self) { try store.resolve(value) }
      #expect(error?.code == .unreadable)
    }
  }

  @Test func aMissingFileIsAnError() {
    let path = directory.path + "/none.yaml"
    let error = #expect(throws: ConfigurationError.self) { try store.resolve(path) }
    #expect(error?.code == .unreadable)
    #expect(error?.underlying?.code == .notFound)
  }
}

extension ProfileStoreTests {
  @Test func aFileWithFaultsIsNotUsedAndShowsThemAll() throws {
    try directory.write("user/bad.yaml", "grace: 1\nnic: 2\n")
    let error = #expect(throws: ConfigurationError.self) { try store.resolve("bad") }
    #expect(error?.code == .faulty)
    #expect(error?.diagnostics.count == 2)
    #expect(
      faults("bad") == [
        "user/bad.yaml:1:8: error: grace: '1' is not a duration with a unit, such as 90s, 10m, 1h30m or 250ms",
        "user/bad.yaml:2:1: error: nic: no such key; did you mean 'nice'?",
      ])
  }

  @Test func faultsOfWhatIsExtendedStandInItsOwnFile() throws {
    try directory.write("user/bad.yaml", "nic: 2\n")
    try directory.write("user/good.yaml", "extends: bad\n")
    #expect(faults("good") == ["user/bad.yaml:1:1: error: nic: no such key; did you mean 'nice'?"])
  }

  @Test func extendingWhatThereIsNotHasItsPlace() throws {
    try directory.write("user/a.yaml", "grace: 1s\nextends: interactiv\n")
    let faults = faults("a")
    #expect(faults.count == 1)
    #expect(
      faults.first?.hasPrefix("user/a.yaml:2:1: error: extends 'interactiv': no file interactiv.yaml in ")
        == true)
    #expect(faults.first?.contains("did you mean 'interactive'?") == true)
  }

  @Test func aCircleIsNamed() throws {
    try directory.write("user/a.yaml", "extends: b\n")
    try directory.write("user/b.yaml", "extends: c\n")
    try directory.write("user/c.yaml", "grace: 1s\nextends: a\n")
    try directory.write("user/self.yaml", "extends: self\n")
    #expect(faults("a") == ["user/c.yaml:2:1: error: profiles extend one another in a circle: a → b → c → a"])
    #expect(faults("b") == ["user/a.yaml:1:1: error: profiles extend one another in a circle: b → c → a → b"])
    #expect(
      faults("self") == ["user/self.yaml:1:1: error: profiles extend one another in a circle: self → self"])
    #expect(throws: ConfigurationError.self) { try store.resolve("a") }
  }

  @Test func aCircleIsSeenUnderEveryPath() throws {
    try directory.write("x/a.yaml", "extends: ../x/a.yaml\n")
    let faults = faults(directory.path + "/x/a.yaml")
    #expect(faults.count == 1)
    #expect(faults.first?.contains("in a circle") == true)
  }

  @Test func aLineOfExtendsHasAnEnd() throws {
    for number in 0..<40 { try directory.write("user/p\(number).yaml", "extends: p\(number + 1)\n") }
    try directory.write("user/p40.yaml", "")
    #expect(faults("p0").count == 1)
    #expect(try store.resolve("p20").chain.count == 22)
  }

  @Test func thresholdsOutOfOrderAreAFault() throws {
    try directory.write("user/t.yaml", "extends: interactive\ngrace: 1s\nemergency-at: 60%\n")
    #expect(
      faults("t") == [
        "user/t.yaml:3:1: error: the thresholds are out of order: warn-at 70% ≤ emergency-at 60% ≤ hard-at 100% has to hold"
      ])
  }

  @Test func theListHasEveryNameAndWhyOneCannotBeUsed() throws {
    try directory.write("user/ci.yaml", "description: Mine.\n")
    try directory.write("system/both.yaml", "description: The system's.\n")
    try directory.write("user/both.yaml", "")
    try directory.write("user/bad.yaml", "description: Bad.\nx: y\n")
    try directory.write("user/.hidden.yaml", "")
    try directory.write("user/notes.txt", "")
    let list = store.list()
    #expect(
      list.map(\.name) == [
        "default", "ci", "agent", "untrusted", "batch", "interactive", "both", "bad", "both", "ci",
      ])
    #expect(
      list.suffix(4).map(\.obstacle) == [
        nil, "faulty: see `rmrun profile check bad`",
        "ignored: \(directory.path)/system/both.yaml comes first",
        "ignored: the built-in profile 'ci' can't be replaced; rename the file",
      ])
    #expect(
      store.checkAll().map(\.message) == [
        "x: no such key; `rmrun profile show default` lists the keys",
        "ignored: \(directory.path)/system/both.yaml comes first",
        "ignored: the built-in profile 'ci' can't be replaced; rename the file",
      ])
  }
}

extension String {
  /// Where `other` stands first.
  fileprivate func range(of other: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(other) }.map { $0..<index($0, offsetBy: other.count) }
  }
}
