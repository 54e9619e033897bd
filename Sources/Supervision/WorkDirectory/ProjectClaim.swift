import LinuxSystem
import ResourceModel

/// A project of a directory's own, with a limit: made for one job, and taken away after it.
///
/// The number is one that nothing on the file system belongs to, and the record of it says, beyond this process, where the limit stands;
/// whoever holds its lock has the project, so that two jobs never share one. What dies with its lock held leaves a limit that the
/// guardian, `rmrun recover` or the next such job takes away.
final class ProjectClaim {
  let number: ProjectNumber
  let records: ProjectRecords
  private let record: ProjectRecords.Record
  let name: String

  /// More lies in the directory than may.
  struct TooFull: Error {
    let held: UInt64
  }

  /// Why there can be no project.
  struct Obstacle: Error, CustomStringConvertible {
    let description: String
  }

  /// How many numbers are tried.
  private static let tries: UInt32 = 64

  init(_ directory: borrowing Descriptor, path: String, size: ByteCount) throws {
    let records = try ProjectRecords.open()
    records.sweep()
    let current = try directory.project()
    guard current == .none || ProjectRecords.numbers.contains(current.rawValue) else {
      throw Obstacle(description: "\(path.escapedForTerminal) belongs to project \(current.rawValue) already")
    }
    let device = try directory.status().device
    guard
      let (number, record) = try Self.take(
        current, at: directory, RecordName(device: device), records,
        ProjectRecords.Content(size: size, path: path))
    else {
      throw Obstacle(description: "another job has the project of \(path.escapedForTerminal)")
    }
    (self.number, self.records, self.record) = (number, records, record)
    name = RecordName(device: device).of(number)
    do {
      try directory.moveTree(from: .none, to: number)
      let held = try directory.use(of: number).space
      guard held <= size.bytes else { throw TooFull(held: held) }
      try directory.setLimit(size.bytes, of: number)
    } catch {
      release(directory)
      throw error
    }
  }

  /// The number that the directory has of a job that is dead, or a free one.
  private static func take(
    _ current: ProjectNumber, at directory: borrowing Descriptor, _ name: RecordName,
    _ records: ProjectRecords,
    _ content: ProjectRecords.Content
  ) throws -> (ProjectNumber, ProjectRecords.Record)? {
    if current != .none { return try records.take(name.of(current), content).map { (current, $0) } }
    let count = UInt32(ProjectRecords.numbers.count)
    let start = try RandomName.number() % count
    for step in 0..<tries {
      let number = ProjectNumber(ProjectRecords.numbers.lowerBound + (start + step) % count)
      guard let record = try records.take(name.of(number), content) else { continue }
      let use = try directory.use(of: number)
      if use.space == 0, use.limit == nil { return (number, record) }
      // Somebody else's, or of files that a dead job's directory once had.
      records.remove(record)
    }
    throw Obstacle(description: "no project is free")
  }

  /// Takes the limit away, and the number from all files that have it still.
  func release(_ directory: borrowing Descriptor) {
    try? directory.setLimit(nil, of: number)
    try? directory.moveTree(from: number, to: .none)
    records.remove(record)
  }
}

/// How records are named on one file system: `8:16-1382940676`.
struct RecordName {
  let device: DeviceNumber

  func of(_ project: ProjectNumber) -> String { "\(device.major):\(device.minor)-\(project.rawValue)" }

  /// The parts of a name; nil for one that is none.
  static func parse(_ name: String) -> (DeviceNumber, ProjectNumber)? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let device = DeviceNumber(text: String(parts[0])), let number = UInt32(parts[1]),
      ProjectRecords.numbers.contains(number)
    else { return nil }
    return (device, ProjectNumber(number))
  }
}
