package import ControlSocket
import CreditLedger
import LinuxSystem
import ResourceModel

/// What a ledger could not be told, for whoever can tell it later: a file for each job in the runtime directory, which is on another
/// file system than a ledger whose disk is full.
///
/// What a job has used is cumulative, so the last word on each job is all that there is to keep.
package struct Spool: Sendable {
  private let places: [RuntimeDirectory]
  private static let directory = "spool"

  /// A spool in the first of these places that can be used.
  package init(in places: [RuntimeDirectory]) { self.places = places }

  /// The spool of the ledger in a file: its owner's, whoever asks, since nobody else says what that user's jobs have used.
  package init(ledger path: String, environment: (String) -> String?) {
    let user = OwnProcess.effectiveUser
    let owner = (try? FileStatus.of(path))?.owner ?? user
    places = RuntimeDirectory.places(user: owner) { owner == user ? environment($0) : nil }
  }

  /// Keeps the last word on a job, over an earlier one.
  /// - Returns: the file.
  /// - Throws: `SystemError` of the best place if none will do.
  func keep(_ entry: SpoolEntry) throws(SystemError) -> String {
    var refusal: SystemError?
    for place in places {
      do throws(SystemError) {
        try Self.write(entry, in: place.make())
        return [place.path, Self.directory, entry.use.job].joined(separator: "/")
      } catch {
        if refusal == nil { refusal = error }
      }
    }
    throw refusal ?? SystemError("keep what a job has used", code: .notFound)
  }

  /// The last word on a job that the ledger has not been told; nil if there is none.
  func entry(of job: String) -> SpoolEntry? {
    for place in places {
      guard let directory = try? Self.open(in: place.open()), let bytes = try? Self.read(job, in: directory),
        let entry = SpoolEntry(parsing: bytes), entry.use.job == job
      else { continue }
      return entry
    }
    return nil
  }

  /// The ledger knows it.
  func remove(_ job: String) {
    for place in places { try? Self.open(in: place.open()).removeFile(job) }
  }

  private static func open(in place: borrowing Descriptor) throws(SystemError) -> Descriptor {
    try place.open(directory, [.readOnly, .directory, .noFollow])
  }

  private static func read(_ job: String, in directory: borrowing Descriptor) throws(SystemError) -> [UInt8] {
    try directory.open(job, [.readOnly, .noFollow, .nonBlocking]).readAll(limit: SpoolEntry.longest)
  }

  private static func write(_ entry: SpoolEntry, in place: consuming Descriptor) throws(SystemError) {
    do {
      try place.makeDirectory(directory, mode: 0o700)
    } catch  where error.code == .exists {}
    let directory = try open(in: place)
    let draft = "." + entry.use.job
    try? directory.removeFile(draft)
    let file = try directory.open(draft, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
    do {
      try file.writeAll(entry.text.utf8)
      try directory.rename(draft, to: entry.use.job)
    } catch {
      try? directory.removeFile(draft)
      throw error
    }
  }
}

/// The last word on a job that a ledger has not been told.
struct SpoolEntry: Sendable, Hashable {
  /// What the job has used.
  var use: JobUse
  /// Where the figure comes from, if it is the job's last; nil while it runs.
  var settlement: Settlement?

  /// The longest that one can be, in bytes.
  static let longest = 1 << 20
  private static let header = "rmrun.spool/1"

  init(_ use: JobUse, _ settlement: Settlement?) {
    self.use = use
    self.settlement = settlement
  }

  /// The entry as it stands in its file. Example:
  ///
  ///     rmrun.spool/1
  ///     job k3x9w2a7q0zd
  ///     used 1234567
  ///     settlement final
  ///     rmrun.rating/1
  ///     …
  var text: String {
    let head = [
      Self.header, "job \(use.job)", "used \(use.used.microcredits)",
      "settlement \(settlement?.rawValue ?? "-")",
    ]
    return (head + (use.rating.map { [$0] } ?? [])).joined(separator: "\n") + "\n"
  }

  /// Reads `text`. Nil for anything that `text` has not written.
  init?(parsing bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n") else { return nil }
    let lines = text.dropLast().split(separator: "\n", maxSplits: 4, omittingEmptySubsequences: false)
    guard lines.count >= 4, lines[0] == Self.header,
      let job = Self.value("job", lines[1]), let used = Self.value("used", lines[2]).flatMap({ Int64($0) }),
      used >= 0, let settlement = Self.value("settlement", lines[3])
    else { return nil }
    use = JobUse(
      job: String(job), used: Credits(microcredits: used), rating: lines.count > 4 ? String(lines[4]) : nil)
    guard settlement != "-" else { return }
    guard let known = Settlement(rawValue: String(settlement)) else { return nil }
    self.settlement = known
  }

  private static func value(_ key: String, _ line: Substring) -> Substring? {
    line.hasPrefix(key + " ") ? line.dropFirst(key.count + 1) : nil
  }
}
