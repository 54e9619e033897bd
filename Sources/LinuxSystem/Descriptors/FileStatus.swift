import CLinuxSystem
import Glibc
import SystemPackage

/// What stat(2) says of a file.
package struct FileStatus: Sendable, Hashable {
  /// What sort of file it is.
  package enum Kind: Sendable, Hashable {
    case regular, directory, symbolicLink, fifo, socket, characterDevice, blockDevice, unknown
  }

  package let kind: Kind
  /// The device that holds the file, and the file's number there: together they name it.
  package let device: DeviceNumber
  package let inode: UInt64
  /// Which device a character or block device file stands for.
  package let representedDevice: DeviceNumber
  /// Permission bits, with set-user-ID, set-group-ID and sticky.
  package let permissions: UInt32
  package let owner: UInt32
  package let group: UInt32
  /// In bytes.
  package let size: Int64

  /// Whether anybody may execute it.
  package var hasExecuteBit: Bool { permissions & 0o111 != 0 }
}

/// A device by its two numbers, written `8:16` in kernel files.
package struct DeviceNumber: Sendable, Hashable, CustomStringConvertible {
  package let major: UInt32
  package let minor: UInt32

  package init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }

  /// From glibc's dev_t: 12 bits of minor's upper part, major and minor's low 8 bits (sysmacros.h).
  init(_ raw: UInt64) {
    self.major = UInt32((raw >> 8) & 0xfff | (raw >> 32) & 0xffff_f000)
    self.minor = UInt32(raw & 0xff | (raw >> 12) & 0xffff_ff00)
  }

  package var description: String { "\(major):\(minor)" }
}

extension FileStatus {
  init(_ raw: stat) {
    let kind: Kind =
      switch mode_t(raw.st_mode) & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      default: .unknown
      }
    self.init(
      kind: kind, device: DeviceNumber(UInt64(raw.st_dev)), inode: UInt64(raw.st_ino),
      representedDevice: DeviceNumber(UInt64(raw.st_rdev)), permissions: UInt32(raw.st_mode) & 0o7777,
      owner: raw.st_uid, group: raw.st_gid, size: Int64(raw.st_size))
  }

  /// Of a path; symbolic links are followed unless `follow` is false.
  package static func of(_ path: String, follow: Bool = true) throws(SystemError) -> FileStatus {
    try read(path, from: AT_FDCWD, follow: follow)
  }

  static func read(_ path: String, from directory: Int32, follow: Bool) throws(SystemError) -> FileStatus {
    var raw = stat()
    _ = try checked("look up", path: path) {
      fstatat(directory, path, &raw, follow ? 0 : AT_SYMLINK_NOFOLLOW)
    }
    return FileStatus(raw)
  }
}

extension Descriptor {
  /// What fstat(2) says of the open file.
  package func status() throws(SystemError) -> FileStatus {
    let number = rawValue
    var raw = stat()
    _ = try checked("look up an open file") { fstat(number, &raw) }
    return FileStatus(raw)
  }

  /// What stat(2) says of a file below this directory.
  package func status(of path: String, follow: Bool = false) throws(SystemError) -> FileStatus {
    try FileStatus.read(path, from: rawValue, follow: follow)
  }

  /// The magic number of the file system (statfs(2)); cgroup v2's is 0x6367_7270.
  package func fileSystemType() throws(SystemError) -> Int64 {
    let number = rawValue
    return try shim("ask for the file system of an open file") { rmrun_file_system_type(number) }
  }
}
