import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("Finding a command")
struct ExecutableSearchTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    for name in ["first", "second"] { try directory.open().makeDirectory(name) }
    try directory.write("second/tool", "")
    try directory.write("first/plain", "", mode: 0o644)
    try directory.write("here", "")
    try directory.open().makeDirectory("first/folder")
    try directory.write("second/folder", "")
  }

  private func find(_ name: String, path: String? = "first:second") throws -> String {
    let base = try directory.open()
    return try ExecutableSearch.find(
      NativeString(name), searchPath: path.map { NativeString($0) }, from: base.rawValue
    ).description
  }

  @Test(
    "it is found",
    arguments: [
      ("tool", "first:second", "second/tool"), ("here", "first:", "./here"), ("here", ":first", "./here"),
      ("here", "first::second", "./here"), ("./here", "", "./here"), ("second/tool", "", "second/tool"),
      ("folder", "first:second", "second/folder"), ("tool", "nonexistent:here:second", "second/tool"),
      ("sh", nil, "/bin/sh"), ("/bin/sh", nil, "/bin/sh"),
    ] as [(String, String?, String)])
  func found(_ name: String, _ path: String?, _ expected: String) throws {
    #expect(try find(name, path: path) == expected)
  }

  @Test(
    "it isn't found",
    arguments: [
      ("nothing", "first:second"), ("tool", "first"), ("here", "first:second"), ("./nothing", "first"),
      ("here/below", "first"), ("folder", "first"), ("", "first"), ("tool", ""),
    ])
  func notFound(_ name: String, _ path: String) throws {
    #expect {
      try find(name, path: path)
    } throws: {
      if case ExecutableSearch.Failure.notFound = $0 { true } else { false }
    }
  }

  @Test func oneThatMayNotBeExecutedIsToldOfOnlyIfThereIsNoOther() throws {
    #expect {
      try find("plain", path: "first:second")
    } throws: {
      ($0 as? ExecutableSearch.Failure) == .notExecutable(path: "first/plain", .permissionDenied)
        && "\($0)".contains("chmod +x")
    }
    try directory.write("second/plain", "")
    #expect(try find("plain") == "second/plain")
  }

  @Test func aDirectoryByItsPathIsCalledOne() {
    #expect { try find("./first") } throws: {
      ($0 as? ExecutableSearch.Failure) == .isDirectory(path: "./first")
    }
  }

  @Test func aMessageCanNotDriveTheTerminal() {
    #expect { try find("\u{1b}[2J") } throws: {
      !"\($0)".contains("\u{1b}") && "\($0)".contains("first:second")
    }
  }
}
