import CLinuxSystem
import Glibc
import SystemPackage

extension Descriptor {
  /// How to open a file; close-on-exec is always added.
  package struct OpenOptions: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    /// As the standard library's, and not generic: that one costs a launch more than the opening itself.
    package init(arrayLiteral elements: OpenOptions...) { rawValue = elements.reduce(0) { $0 | $1.rawValue } }

    package static let readOnly = OpenOptions(rawValue: O_RDONLY)
    package static let writeOnly = OpenOptions(rawValue: O_WRONLY)
    package static let readWrite = OpenOptions(rawValue: O_RDWR)
    package static let append = OpenOptions(rawValue: O_APPEND)
    package static let create = OpenOptions(rawValue: O_CREAT)
    package static let exclusive = OpenOptions(rawValue: O_EXCL)
    package static let truncate = OpenOptions(rawValue: O_TRUNC)
    package static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
    /// Fails unless it is a directory.
    package static let directory = OpenOptions(rawValue: O_DIRECTORY)
    /// Fails (`ELOOP`) if the last part of the path is a symbolic link.
    package static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
    /// Only a place in the tree: enough for what takes a directory, not for reading.
    package static let pathOnly = OpenOptions(rawValue: rmrun_O_PATH)
  }

  /// Opens a path (relative: below the working directory). Mode bits count only where a file is created.
  package static func open(
    _ path: String, _ options: OpenOptions, mode: UInt32 = 0o666
  ) throws(SystemError) -> Descriptor {
    try open(path, from: AT_FDCWD, options, mode: mode)
  }

  /// An empty file in memory; the name is for `/proc` only.
  package static func memory(_ name: String) throws(SystemError) -> Descriptor {
    Descriptor(owning: try shim("make a file in memory") { rmrun_memory_file(name) })
  }

  /// Opens a path below this directory.
  package func open(
    _ path: String, _ options: OpenOptions, mode: UInt32 = 0o666
  ) throws(SystemError) -> Descriptor {
    try Self.open(path, from: rawValue, options, mode: mode)
  }

  /// Opens a path below this directory that contains no symbolic link and never leads out of it, in no part of it.
  ///
  /// Throws `.unsupported` where the kernel lacks openat2(2) (before 5.6, or filtered).
  package func openBeneath(_ path: String, _ options: OpenOptions) throws(SystemError) -> Descriptor {
    let directory = rawValue
    return Descriptor(
      owning: try shim("open", path: path) { rmrun_open_beneath(directory, path, options.rawValue) })
  }

  static func open(
    _ path: String, from directory: Int32, _ options: OpenOptions, mode: UInt32 = 0o666
  ) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: try checked("open", path: path) {
        openat(directory, path, options.rawValue | O_CLOEXEC, mode)
      })
  }
}
