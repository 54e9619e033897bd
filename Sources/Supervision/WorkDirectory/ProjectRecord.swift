import LinuxSystem
import ResourceModel

/// A record of a project, whose file's lock this process has.
final class ProjectRecord: Sendable {
  let name: String
  let file: Descriptor

  init(name: String, file: consuming Descriptor) {
    self.name = name
    self.file = file
  }

  /// Whether nothing stands in it: then no limit was set under its name.
  var isEmpty: Bool { (try? file.status().size) == 0 }

  /// What stands in it; nil for what is incomplete.
  var content: Content? {
    (try? whole()).flatMap(Content.init(parsing:))
  }

  /// All of it, from its start: what was added last counts most.
  private func whole() throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try file.readOnce(upTo: 1 << 16, at: Int64(bytes.count), path: name)
      if more.isEmpty { return bytes }
      bytes += more
    }
  }

  /// What stands in one: the sizes that the directory was bound to, one after the other, and its path.
  ///
  /// `BYTES PATH`, `on ID` for the file system, then `BYTES` for each that follows, each with a zero at its end: what is appended leaves what stood there as it is, however
  /// the writing ends.
  struct Content {
    var sizes: [UInt64]
    var path: String
    /// Of the file system; nil: not known. A device's number is another one's after the next start.
    var fileSystem: UInt64?

    init(size: ByteCount, path: String, on fileSystem: UInt64? = nil) {
      (sizes, self.path, self.fileSystem) = ([size.bytes], path, fileSystem)
    }

    init?(parsing bytes: [UInt8]) {
      // What follows the last zero was cut short.
      let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      guard let first = parts.first.flatMap({ String(validating: $0, as: UTF8.self) }) else { return nil }
      let words = first.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let size = UInt64(words[0]), words[1].hasPrefix("/") else { return nil }
      path = String(words[1])
      fileSystem = parts.dropFirst().first.flatMap { part in
        let text = String(decoding: part, as: UTF8.self)
        return text.hasPrefix(Self.place) ? UInt64(text.dropFirst(Self.place.count), radix: 16) : nil
      }
      sizes = [size] + parts.dropFirst().compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
    }

    /// As a new record begins.
    var text: String {
      "\(sizes.first ?? 0) \(path)\0" + (fileSystem.map { "\(Self.place)\(String($0, radix: 16))\0" } ?? "")
    }

    private static let place = "on "

    /// Whether a file system may be the one it is about.
    func isOn(_ other: UInt64) -> Bool { fileSystem == nil || fileSystem == other }

    /// As a size is added to one.
    static func text(adding size: UInt64) -> String { "\(size)\0" }

    /// The largest block of a file system.
    private static let largestBlock: UInt64 = 65536

    /// Whether a limit is one that was set for this record: to a size, rounded down to KiB as all are, or up to blocks from there, as XFS has it.
    func hasSet(_ limit: UInt64) -> Bool {
      sizes.contains { size in
        let least = size / 1024 * 1024
        return limit >= least && limit - least < Self.largestBlock
      }
    }
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
