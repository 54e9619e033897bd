import LinuxSystem

/// A configuration file as bytes, and which file it is.
struct ConfigurationFile {
  var path: String
  var bytes: [UInt8]
  /// Names the file whatever path led to it.
  var identity: Identity

  struct Identity: Sendable, Hashable {
    var device: DeviceNumber
    var inode: UInt64
  }

  /// Reads a plain file of at most 1 MiB.
  ///
  /// Symbolic links are followed: people link what is in ~/.config from elsewhere, and what a profile can do is bound a job of the
  /// very user who names it. Anything but a plain file is refused before it is opened (opening a device can move it, a FIFO
  /// waits for its writer), and again after, should it have been exchanged in between.
  static func read(_ path: String) throws(SystemError) -> ConfigurationFile {
    guard try FileStatus.of(path).kind == .regular else { throw notPlain(path) }
    let descriptor = try Descriptor.open(path, [.readOnly, .nonBlocking])
    let status = try descriptor.status()
    guard status.kind == .regular else { throw notPlain(path) }
    let bytes = try descriptor.readAll(limit: TextDecoding.largestFile + 1, path: path)
    return ConfigurationFile(
      path: path, bytes: bytes, identity: Identity(device: status.device, inode: status.inode))
  }

  private static func notPlain(_ path: String) -> SystemError {
    SystemError("read as a plain file (it is a directory, device or pipe)", path: path, code: .unsupported)
  }
}
