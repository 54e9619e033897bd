package import ResourceModel

/// What the extended attribute of a job's group says: that the group is rmrun's, and whose. Example:
///
///     1 7f3a9c 0b3e6f5e-7c1d-4a43-9d0b-0f6b6d3a2c11 4711 8812345
///
/// the version, the job's id, the boot's id, and the supervisor's process number and start time (clock ticks
/// after boot, the 22nd field of `/proc/PID/stat`), which tell it from a later process with the same number.
package struct JobTag: Sendable, Hashable {
  /// The job's id.
  package var job: String
  /// The boot's id, of `/proc/sys/kernel/random/boot_id`.
  package var boot: String
  /// The supervisor's process number.
  package var supervisor: Int32
  /// When the supervisor started, in clock ticks after boot.
  package var supervisorStart: UInt64

  private static let version = "1"

  /// Makes the tag.
  package init(job: String, boot: String, supervisor: Int32, supervisorStart: UInt64) {
    (self.job, self.boot) = (job, boot)
    (self.supervisor, self.supervisorStart) = (supervisor, supervisorStart)
  }

  /// Reads the attribute's value. Throws for another version, and for anything that a supervisor would not
  /// have written.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    let fields = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.count == 5, fields[0].isText(Self.version),
      let supervisor = fields[3].unsigned.flatMap(Int32.init(exactly:)), supervisor > 0,
      let start = fields[4].unsigned
    else { throw ValueError(bytes[...].shown, expected: "the tag of a job's group") }
    let job = String(decoding: fields[1], as: UTF8.self)
    guard Self.isValid(job: job) else { throw ValueError(job, expected: Self.idForm) }
    self.init(
      job: job, boot: String(decoding: fields[2], as: UTF8.self), supervisor: supervisor,
      supervisorStart: start)
  }

  /// The attribute's value.
  package var bytes: [UInt8] { Array("\(Self.version) \(job) \(boot) \(supervisor) \(supervisorStart)".utf8) }

  static let idForm = "an id of 1 to 128 letters, digits, '-', '_' and '.'"

  /// Whether a text can be a job's id: it becomes part of a directory's name, and a field of the tag.
  package static func isValid(job: String) -> Bool {
    (1...128).contains(job.utf8.count)
      && job.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
