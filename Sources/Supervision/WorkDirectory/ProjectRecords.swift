import LinuxSystem
import ResourceModel

/// The projects that root's jobs have, as files that outlive a crash of the machine: so do the limits.
///
/// A file's lock says whether the job lives; in it stand its limit and its directory.
final class ProjectRecords: Sendable {
  /// The numbers that are rmrun's to give: others have their own, in /etc/projects, from 1 on as a rule.
  static let numbers: Range<UInt32> = 0x526d_0000..<0x526e_0000

  private static let places = ["/var", "/var/lib", "/var/lib/rmrun", "/var/lib/rmrun/projects"]

  /// Where they are.
  let directory: Descriptor

  private init(_ directory: consuming Descriptor) { self.directory = directory }

  /// A record that is this process's.
  final class Record: Sendable {
    let name: String
    let file: Descriptor

    init(name: String, file: consuming Descriptor) {
      self.name = name
      self.file = file
    }
  }

  /// What stands in one.
  struct Content {
    var size: ByteCount
    var path: String

    init(size: ByteCount, path: String) { (self.size, self.path) = (size, path) }

    /// `BYTES PATH` and a newline; nil for what is incomplete.
    init?(parsing bytes: [UInt8]) {
      guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n") else { return nil }
      let parts = text.dropLast().split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let bytes = UInt64(parts[0]), parts[1].hasPrefix("/") else { return nil }
      self.init(size: ByteCount(bytes: bytes), path: String(parts[1]))
    }

    var text: String { "\(size.bytes) \(path)\n" }
  }

  /// Opens the directory, and makes it if it is missing.
  static func open() throws(SystemError) -> ProjectRecords {
    let root = try Descriptor.open("/", [.readOnly, .directory])
    for place in places {
      do {
        try root.makeDirectory(place, mode: place.hasSuffix("/lib") || place == "/var" ? 0o755 : 0o700)
      } catch  where error.code == .exists {}
    }
    return ProjectRecords(try .open(places[places.count - 1], [.readOnly, .directory, .noFollow]))
  }

  /// Opens it where it is.
  static func openIfThere() -> ProjectRecords? {
    do {
      return ProjectRecords(try .open(places[places.count - 1], [.readOnly, .directory, .noFollow]))
    } catch {
      return nil
    }
  }

  /// Takes a record, unless somebody holds it.
  func take(_ name: String, _ content: Content) throws(SystemError) -> Record? {
    guard let record = try lock(name, [.readWrite, .create, .noFollow, .nonBlocking]) else { return nil }
    try directory.open(name, [.writeOnly, .truncate, .noFollow]).writeAll(content.text.utf8)
    return record
  }

  /// Removes one that is this process's. Its lock goes with it.
  func remove(_ record: Record) { try? directory.removeFile(record.name) }

  /// Takes the limits away that dead jobs left.
  /// - Returns: the directories that they held.
  @discardableResult
  func sweep() -> [String] {
    let names = ((try? directory.entries()) ?? []).map(\.name)
    return names.compactMap { name -> String? in
      guard let (device, project) = RecordName.parse(name),
        let record = (try? lock(name, [.readOnly, .noFollow, .nonBlocking])) ?? nil
      else { return nil }
      let content = (try? record.file.readAll(limit: 8192)).flatMap(Content.init(parsing:))
      if let content, !Self.free(project, content, device) { return nil }
      remove(record)
      return content?.path ?? name
    }
  }

  /// Locked, and still the file of that name: it may have been removed in between.
  private func lock(_ name: String, _ options: Descriptor.OpenOptions) throws(SystemError) -> Record? {
    let file = try directory.open(name, options, mode: 0o600)
    guard try file.lockExclusively(), let now = try? directory.status(of: name),
      now.inode == (try file.status()).inode
    else { return nil }
    return Record(name: name, file: file)
  }

  /// Takes a limit away, through the directory that it held, or, where that is gone, any other of its file system.
  /// - Returns: whether nothing is left of it, as far as can be seen.
  private static func free(_ project: ProjectNumber, _ content: Content, _ device: DeviceNumber) -> Bool {
    let mounts = ((try? MountInfo.current()) ?? []).filter { $0.device == device }.map(\.mountPoint)
    for path in [content.path] + mounts {
      guard let place = try? Descriptor.open(path, [.readOnly, .directory, .noFollow, .nonBlocking]),
        let limit = try? place.use(of: project).limit
      else { continue }
      // The device's number may be another's since; a limit of that very size hardly is.
      guard limit == content.size.bytes / 1024 * 1024 else { continue }
      return (try? place.setLimit(nil, of: project)) != nil
    }
    // A file system that is not mounted keeps its limit until it is.
    return !mounts.isEmpty
  }
}
