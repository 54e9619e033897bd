import LinuxSystem
import ResourceModel

/// A project of a directory's own, with a limit: made for one job, and taken away after it.
///
/// The number is one that nothing on the file system belongs to, and the record of it says, beyond this process, where the limit stands;
/// whoever holds its lock has the project, so that two jobs never share one. What dies with its lock held leaves a limit that the
/// guardian, `rmrun recover` or the next such job takes away, and files that the next job in their directory takes over.
final class ProjectClaim: Sendable {
  let number: ProjectNumber
  let records: ProjectRecords
  let name: String
  private let directory: Descriptor
  private let device: DeviceNumber
  private let record: ProjectRecord
  /// Whose files are taken over: nobody's, and those of the dead job that had the directory.
  private let old: [ProjectNumber]

  /// More lies in the directory than may.
  struct TooFull: Error {
    let held: WorkSpace
  }

  /// Why there can be no project.
  struct Obstacle: Error, CustomStringConvertible {
    let description: String
  }

  /// How many numbers are tried.
  private static let tries: UInt32 = 64

  /// Takes a number. Nothing belongs to it yet.
  /// - Parameter path: of the directory, for the record.
  init(_ directory: borrowing Descriptor, path: String, size: ByteCount) throws {
    records = try ProjectRecords.open()
    records.sweep()
    self.directory = try directory.duplicate()
    device = try directory.status().device
    let current = try directory.project()
    let names = RecordName(device: device)
    if current != .none {
      guard ProjectRecords.numbers.contains(current.rawValue) else {
        throw Obstacle(
          description: "\(path.escapedForTerminal) belongs to project \(current.rawValue) already")
      }
      guard try Self.isDead(current, names, records, directory) else {
        throw Obstacle(description: "another job has the project of \(path.escapedForTerminal)")
      }
    }
    old = current == .none ? [.none] : [.none, current]
    (number, record) = try Self.take(directory, names, records)
    name = record.name
    let content = ProjectRecord.Content(size: size, path: path, on: try directory.fileSystemID())
    try records.write(content, to: record)
  }

  /// A number that nobody has, and its record.
  private static func take(
    _ directory: borrowing Descriptor, _ names: RecordName, _ records: ProjectRecords
  ) throws -> (ProjectNumber, ProjectRecord) {
    for _ in 0..<tries {
      // Each by itself: who has one that was guessed has not those that follow.
      let number = ProjectRecords.number(of: try RandomName.number())
      guard let record = try records.hold(names.of(number)) else { continue }
      if record.isEmpty, try directory.use(of: number).isFree { return (number, record) }
      // Somebody else's, or of files that a dead job's directory once had, or whose limit could not be taken away.
      records.letGo(record)
    }
    throw Obstacle(description: "no project is free")
  }

  /// Gives the directory and all that lies in it the number: what belongs to nobody, or to dead jobs. Takes as long as the tree is large.
  /// - Returns: what was not reached, and is not bounded.
  func moveIn() -> Result<TreeMissed, SystemError> {
    do throws(SystemError) {
      let missed = try directory.moveTree(from: old, to: number, endsWithRoot: false)
      let names = RecordName(device: device)
      let found = missed.projects.filter {
        (try? Self.isDead($0, names, records, directory)) == true
      }
      guard !found.isEmpty else { return .success(missed) }
      return .success(try directory.moveTree(from: old + found, to: number, endsWithRoot: false))
    } catch {
      return .failure(error)
    }
  }

  /// Whether a project is a dead job's. Nobody is given its number as long as files have it.
  private static func isDead(
    _ project: ProjectNumber, _ names: RecordName, _ records: ProjectRecords,
    _ directory: borrowing Descriptor
  ) throws(SystemError) -> Bool {
    guard ProjectRecords.numbers.contains(project.rawValue) else { return false }
    return switch try records.owner(of: names.of(project)) {
    case .living: false
    case .dead: true
    case .unknown: try !directory.use(of: project).isBounded
    }
  }

  /// Two that begin in one directory at the same time both see it as nobody's: the one that came last has it.
  func confirm() throws {
    guard try directory.project() == number else {
      throw Obstacle(description: "another job has begun in that directory")
    }
  }

  /// Has the file system hold the project to a size from here on.
  /// - Throws: `TooFull` where more belongs to it already.
  func bind(to size: ByteCount) throws {
    let use = try directory.use(of: number)
    let held = WorkSpace(space: ByteCount(bytes: use.space), files: use.files)
    guard held.fits(in: size) else { throw TooFull(held: held) }
    // Before, so that the limit is known whenever this process ends.
    try records.add(size.bytes, to: record)
    try directory.setLimits(space: size.bytes, files: WorkSpace.files(in: size), of: number)
    do {
      guard let limit = try directory.use(of: number).spaceLimit else {
        throw Obstacle(description: "the file system keeps no limit")
      }
      try records.add(limit, to: record)
    } catch {
      // What is not known to hold is not left to hold.
      if let space = use.spaceLimit, let files = use.fileLimit {
        try? directory.setLimits(space: space, files: files, of: number)
      }
      throw error
    }
  }

  /// Takes the limit away, and the number from all files that have it still: they get that of the directory above, as if they were made now.
  /// Takes as long as the tree is large.
  func giveBack() {
    try? directory.removeLimits(of: number)
    let heir = (try? directory.inheritedProject()) ?? .none
    _ = try? directory.moveTree(from: [number], to: heir, endsWithRoot: true)
    // What can't be taken away now is known to whoever sweeps.
    if let use = try? directory.use(of: number), !use.isBounded { records.remove(record) }
  }
}
