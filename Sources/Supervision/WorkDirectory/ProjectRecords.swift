import LinuxSystem
import ResourceModel

/// The projects that root's jobs have, as files that outlive a crash of the machine: so do the limits.
///
/// A file's lock says whether the job lives; in it stand its limit and its directory, on the disk before the limit is set.
final class ProjectRecords: Sendable {
  /// The numbers that are rmrun's to give: others have their own, in /etc/projects, from 1 on as a rule. So many that
  /// nobody can use them up by giving them to files: who owns a file may.
  static let numbers: Range<UInt32> = 0x5000_0000..<0x6000_0000

  /// Which of them a random number stands for.
  static func number(of random: UInt32) -> ProjectNumber {
    ProjectNumber(numbers.lowerBound + random % UInt32(numbers.count))
  }

  private static let places = ["/var", "/var/lib", "/var/lib/rmrun", "/var/lib/rmrun/projects"]

  /// Where they are.
  let directory: Descriptor

  init(_ directory: consuming Descriptor) { self.directory = directory }

  /// Opens the directory, and makes it if it is missing.
  static func open() throws(SystemError) -> ProjectRecords {
    let root = try Descriptor.open("/", [.readOnly, .directory])
    var above = "/"
    for place in places {
      do {
        try root.makeDirectory(place, mode: place.hasSuffix("/lib") || place == "/var" ? 0o755 : 0o700)
        try root.open(above, [.readOnly, .directory]).flushEntries()
      } catch  where error.code == .exists {}
      above = place
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

  /// Takes the lock of a record, which is made if there is none; nil while somebody else has it.
  func hold(_ name: String) throws(SystemError) -> ProjectRecord? {
    try lock(name, [.readWrite, .create, .noFollow, .nonBlocking])
  }

  /// Who has a project, as far as its record says.
  enum Owner: Sendable, Hashable {
    case living
    case dead
    /// There is no record, or none of a limit: if it has one, that is of somebody whose records are elsewhere, as a container's are.
    case unknown
  }

  /// Who has the project of a record. The lock is only tried, and let go of at once: many may ask this of one dead job's, and a sweep
  /// holds it for a moment.
  func owner(of name: String) throws(SystemError) -> Owner {
    for attempt in 0..<4 {
      if attempt > 0 { Clock.sleep(.milliseconds(5)) }
      do throws(SystemError) {
        if let record = try lock(name, [.readOnly, .noFollow, .nonBlocking]) {
          return record.content == nil ? .unknown : .dead
        }
      } catch  where error.code == .notFound {
        return .unknown
      }
    }
    return .living
  }

  /// Lets go of what `hold` took. What stands in it stays.
  func letGo(_ record: ProjectRecord) { if record.isEmpty { remove(record) } }

  /// Begins a record that is this process's, and empty.
  func write(_ content: ProjectRecord.Content, to record: ProjectRecord) throws(SystemError) {
    try put(content.text, into: record, .truncate)
    try directory.flushEntries()
  }

  /// Adds a size that its project is bound to from now on, or was just bound to.
  func add(_ size: UInt64, to record: ProjectRecord) throws(SystemError) {
    guard record.content?.sizes.contains(size) != true else { return }
    try put(ProjectRecord.Content.text(adding: size), into: record, .append)
  }

  private func put(
    _ text: String, into record: ProjectRecord, _ how: Descriptor.OpenOptions
  ) throws(SystemError) {
    let file = try directory.open(record.name, [.writeOnly, .noFollow, how])
    try file.writeAll(text.utf8, path: record.name)
    try file.flushData()
  }

  /// Removes one that is this process's. Its lock goes with it.
  func remove(_ record: ProjectRecord) { try? directory.removeFile(record.name) }

  /// Takes the limits away that dead jobs left. A record is forgotten once its limit is seen to be gone.
  /// - Returns: the directories that they held.
  @discardableResult
  func sweep() -> [String] {
    let names = ((try? directory.entries()) ?? []).map(\.name)
    return names.compactMap { name -> String? in
      guard let (device, project) = RecordName.parse(name),
        let record = (try? lock(name, [.readOnly, .noFollow, .nonBlocking])) ?? nil
      else { return nil }
      guard let content = record.content else {
        // It is whole before a limit is set.
        remove(record)
        return nil
      }
      guard Self.free(project, content, device) else { return nil }
      remove(record)
      return content.path
    }
  }

  /// Locked, and still the file of that name: it may have been removed in between.
  private func lock(_ name: String, _ options: Descriptor.OpenOptions) throws(SystemError) -> ProjectRecord? {
    let file = try directory.open(name, options, mode: 0o600)
    guard try file.lockExclusively(), let now = try? directory.status(of: name),
      now.inode == (try file.status()).inode
    else { return nil }
    return ProjectRecord(name: name, file: file)
  }

  /// Takes a limit away, through a mount of its file system, or, where none can be opened here, the directory that it held: what lies at that
  /// path now may be of a user's choice.
  /// - Returns: whether it is gone. On a file system that is not mounted, or not with quotas, that can't be seen: it keeps its limits until it is.
  private static func free(
    _ project: ProjectNumber, _ content: ProjectRecord.Content, _ device: DeviceNumber
  ) -> Bool {
    let mounts = ((try? MountInfo.current()) ?? []).filter { $0.device == device }.map(\.mountPoint)
    for path in mounts + [content.path] {
      guard let place = try? Descriptor.open(path, [.readOnly, .directory, .noFollow, .nonBlocking]),
        (try? place.status())?.device == device, let use = try? place.use(of: project)
      else { continue }
      // The device's number may be another's since; where even the identity is made of that (XFS), a limit of that very size hardly is.
      guard let id = try? place.fileSystemID(), content.isOn(id) else { return false }
      guard use.isBounded else { return true }
      guard use.spaceLimit.map(content.hasSet) ?? true else { return false }
      try? place.removeLimits(of: project)
      return (try? place.use(of: project))?.isBounded == false
    }
    return false
  }
}
