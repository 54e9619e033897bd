import Glibc
import SystemPackage

/// A file to be written when a job is over, whose place is settled before the job starts.
///
/// A job runs as the user that the report is written by, or as a lesser one, and knows the file's name. So that it can't
/// make a privileged supervisor write elsewhere, the directory is opened before launch, and the file is made under a
/// name that can't be guessed, without following links, and renamed over the old one in one step.
package struct ReportFile: ~Copyable, Sendable {
  private enum Target: ~Copyable, Sendable {
    /// Made beside and renamed.
    case directory(Descriptor)
    /// A pipe, a terminal or a device, which can't be replaced: opened before launch, written to directly.
    case stream(Descriptor)
  }

  private let target: Target
  private let name: String
  /// As it was given, for messages.
  package let path: String

  /// Opens what must be open before the job starts.
  ///
  /// `/dev/stdout`, `/dev/fd/3` and the like mean this process's own descriptors. Any other symbolic link is replaced
  /// by the report, not followed. Throws if the directory doesn't exist or can't be written to, or if `path` is a
  /// directory.
  package init(path: String) throws(SystemError) {
    let (directoryPath, name) = Self.split(path)
    guard !name.isEmpty, name != ".", name != ".." else {
      throw SystemError("write to", path: path, errno: .isDirectory)
    }
    self.target = try Self.target(name, in: directoryPath, path: path)
    self.path = path
    self.name = name
  }

  private static func target(
    _ name: String, in directoryPath: String, path: String
  ) throws(SystemError) -> Target {
    if let number = ownDescriptor(path) { return .stream(try duplicate(number, path: path)) }
    let directory = try Descriptor.open(directoryPath, [.readOnly, .directory])
    switch try existing(name, in: directory) {
    case .none, .regular, .symbolicLink:
      try probe(directory, path: path)
      return .directory(directory)
    case .directory:
      throw SystemError("write to", path: path, errno: .isDirectory)
    default:
      return .stream(try openStream(name, in: directory, path: path))
    }
  }

  /// Writes the whole report. On failure the old file, if there was one, is as it was, and no other is left.
  package func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
    switch target {
    case .stream(let stream): try stream.writeAll(bytes, path: path)
    case .directory(let directory): try Self.replace(name, in: directory, with: bytes, path: path)
    }
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.index(after: slash)...]))
  }

  /// The descriptor that a path names by convention. Only the spelling counts, so that no link need be trusted.
  private static func ownDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
        return KernelText.decimal(String(path.dropFirst(prefix.count))).flatMap(Int32.init(exactly:))
      }
      return nil
    }
  }

  private static func duplicate(_ number: Int32, path: String) throws(SystemError) -> Descriptor {
    Descriptor(owning: try checked("write to", path: path) { fcntl(number, F_DUPFD_CLOEXEC, 3) })
  }

  private static func existing(
    _ name: String, in directory: borrowing Descriptor
  ) throws(SystemError) -> FileStatus.Kind? {
    do {
      return try directory.status(of: name, follow: false).kind
    } catch  where error.code == .notFound {
      return nil
    }
  }

  /// Non-blocking for the open alone: a FIFO without a reader would hang before the job even starts.
  private static func openStream(
    _ name: String, in directory: borrowing Descriptor, path: String
  ) throws(SystemError) -> Descriptor {
    do {
      let stream = try directory.open(name, [.writeOnly, .nonBlocking, .noFollow])
      let number = stream.rawValue
      let flags = try checked("write to", path: path) { fcntl(number, F_GETFL) }
      _ = try checked("write to", path: path) { fcntl(number, F_SETFL, flags & ~O_NONBLOCK) }
      return stream
    } catch  where error.underlying == .noSuchAddressOrDevice {
      throw SystemError("write to a pipe that nobody reads,", path: path, errno: .noSuchAddressOrDevice)
    }
  }

  /// Fails now, not after hours, where the user may not make files.
  private static func probe(_ directory: borrowing Descriptor, path: String) throws(SystemError) {
    let number = directory.rawValue
    _ = try checked("write to", path: path) { faccessat(number, ".", W_OK | X_OK, AT_EACCESS) }
  }

  private static func replace(
    _ name: String, in directory: borrowing Descriptor, with bytes: some Collection<UInt8>, path: String
  ) throws(SystemError) {
    let temporary = ".rmrun-" + (try RandomName.make(count: 16))
    do {
      let file = try directory.open(temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
      try file.writeAll(bytes, path: path)
      // No fsync: a report that a power cut takes along is no loss beside the job that it took.
      try file.close()
      try directory.rename(temporary, to: name)
    } catch {
      try? directory.removeFile(temporary)
      throw SystemError(error, path: path)
    }
  }
}

extension SystemError {
  /// The same failure, told by the name that the user knows.
  fileprivate init(_ error: SystemError, path: String) {
    guard let errno = error.underlying else {
      self = error
      return
    }
    self.init("write to", path: path, errno: errno)
  }
}
