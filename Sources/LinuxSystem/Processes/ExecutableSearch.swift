package import SystemPackage
import Glibc
import ResourceModel

/// Finds the file that a command's name means, as execvp(3) does, but before the launch: in the parent, which can say
/// more precisely what is wrong.
package enum ExecutableSearch {
  /// Why there is nothing to execute.
  package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Status 127. With the directories that were searched, if any.
    case notFound(name: String, searched: String?)
    /// Status 126.
    case notExecutable(path: String, Errno)
    /// Status 126.
    case isDirectory(path: String)

    package var description: String {
      switch self {
      case .notFound(let name, let searched?):
        "can't find the command \(name.escapedForTerminal) in PATH (\(searched.escapedForTerminal)); "
          + "check the spelling, or give its path"
      case .notFound(let name, nil) where name.isEmpty: "the command's name is empty; give a command to run"
      case .notFound(let name, nil):
        "can't find the command \(name.escapedForTerminal): no such file; check the path"
      case .notExecutable(let path, .permissionDenied):
        "can't execute \(path.escapedForTerminal): permission denied; "
          + "if it is a program, `chmod +x \(path.escapedForTerminal)`"
      case .notExecutable(let path, let errno): "can't execute \(path.escapedForTerminal): \(errno)"
      case .isDirectory(let path): "can't execute \(path.escapedForTerminal): it is a directory"
      }
    }
  }

  /// What is searched without a PATH: confstr(3)'s _CS_PATH, as glibc's execvp has it.
  package static let defaultPath: NativeString = "/bin:/usr/bin"

  /// Returns the path to execute: relative ones are meant from `directory` (nil: the working directory).
  ///
  /// A name with a slash is a path. Otherwise the first executable regular file in the directories of `searchPath`; an
  /// empty one is the working directory. One that may not be executed is passed over, and told of if nothing else is
  /// found.
  package static func find(
    _ name: NativeString, searchPath: NativeString?, from directory: Int32? = nil
  ) throws(Failure) -> NativeString {
    guard !name.bytes.isEmpty else { throw .notFound(name: "", searched: nil) }
    let base = directory ?? AT_FDCWD
    if name.bytes.contains(slash) {
      try check(name, from: base)
      return name
    }
    let searched = searchPath ?? defaultPath
    var refusal: Failure?
    for part in searched.bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let candidate = NativeString(bytes: part.isEmpty ? name.bytes : Array(part) + [slash] + name.bytes)
      do {
        try check(candidate, from: base)
        return part.isEmpty ? NativeString(bytes: Array("./".utf8) + name.bytes) : candidate
      } catch .notFound {
        continue
      } catch {
        // A directory of that name in PATH is no command, and nothing to complain of.
        if case .notExecutable = error, refusal == nil { refusal = error }
      }
    }
    throw refusal ?? .notFound(name: name.description, searched: searched.description)
  }

  private static let slash = UInt8(ascii: "/")

  private static func check(_ path: NativeString, from base: Int32) throws(Failure) {
    var status = stat()
    let failure = withCStrings([path]) { pointer -> Int32 in
      guard let path = pointer.pointee else { return ENOENT }
      if fstatat(base, path, &status, 0) < 0 { return errno }
      return faccessat(base, path, X_OK, AT_EACCESS) < 0 ? errno : 0
    }
    let text = path.description
    if failure == ENOENT || failure == ENOTDIR { throw .notFound(name: text, searched: nil) }
    if failure == 0 || failure == EACCES, mode_t(status.st_mode) & S_IFMT == S_IFDIR {
      throw .isDirectory(path: text)
    }
    if failure != 0 { throw .notExecutable(path: text, Errno(rawValue: failure)) }
    guard mode_t(status.st_mode) & S_IFMT == S_IFREG else {
      throw .notExecutable(path: text, .permissionDenied)
    }
  }
}
