import LinuxSystem
import ResourceModel

/// Who keeps the books of which job, as the kernel knows it: a locked file for each job, beside the ledger.
///
/// A supervisor holds its jobs' locks from before their reservation until their end is booked. The kernel takes them from it when it
/// dies, whatever of, in every PID namespace; so a job on record whose lock is free is nobody's. In the file stands where the job is,
/// from before anything runs in it: that is for this machine and this boot alone, and costs no transaction.
package struct JobLocks: Sendable {
  private let directory: String

  /// The locks of the ledger in a file.
  package init(ledger path: String) { directory = path + "-jobs" }

  /// Takes the lock of a job, unless somebody holds it.
  /// - Returns: nil if somebody does.
  package func take(_ job: String) throws(LedgerError) -> JobLock? {
    try check(job)
    do {
      let directory = try open()
      let file = try directory.open(job, [.readWrite, .create, .noFollow, .nonBlocking], mode: 0o600)
      return try file.lockExclusively() ? JobLock(job, file, in: directory) : nil
    } catch {
      throw LedgerError(.failed, "the lock of job \(job.escapedForTerminal): \(error)")
    }
  }

  /// Whether somebody keeps a job's books.
  package func isHeld(_ job: String) throws(LedgerError) -> Bool {
    try check(job)
    do {
      return try !open().open(job, [.readWrite, .noFollow, .nonBlocking]).lockExclusively()
    } catch  where error.code == .notFound {
      return false
    } catch {
      throw LedgerError(.failed, "the lock of job \(job.escapedForTerminal): \(error)")
    }
  }

  /// Notes that a job, whose lock is taken, is about to run.
  /// - Parameter group: the directory of its group; nil where it has none.
  package func note(group: String?, of job: String) throws(LedgerError) {
    try check(job)
    do {
      try open().open(job, [.writeOnly, .noFollow, .nonBlocking]).writeAll(JobPlace(group: group).text.utf8)
    } catch {
      throw LedgerError(
        error.code == .noSpace ? .full : .failed, "the place of job \(job.escapedForTerminal): \(error)")
    }
  }

  /// It becomes a file's name; what a ledger says is not to be trusted with that.
  private func check(_ job: String) throws(LedgerError) {
    guard !job.isEmpty, job.utf8.count <= 128, !job.contains("/"), job != ".", job != ".." else {
      throw LedgerError(.corrupt, "'\(job.escapedForTerminal)' is no job's name")
    }
  }

  private func open() throws(SystemError) -> Descriptor {
    do {
      return try Descriptor.open(directory, [.readOnly, .directory, .noFollow])
    } catch  where error.code == .notFound {
      do {
        try Descriptor.open("/", [.readOnly, .directory]).makeDirectory(directory, mode: 0o700)
      } catch  where error.code == .exists {}
      return try Descriptor.open(directory, [.readOnly, .directory, .noFollow])
    }
  }
}

/// The lock of a job. It lasts as long as this value, or this process.
package final class JobLock: Sendable {
  private let job: String
  private let file: Descriptor
  private let directory: Descriptor

  init(_ job: String, _ file: consuming Descriptor, in directory: consuming Descriptor) {
    self.job = job
    self.file = file
    self.directory = directory
  }

  /// Where the job is; nil if nothing of it ever ran.
  package var place: JobPlace? {
    (try? file.readOnce(upTo: JobPlace.longest, at: 0)).flatMap(JobPlace.init(parsing:))
  }

  /// The job's end is booked: nobody needs its lock any more.
  package func remove() { try? directory.removeFile(job) }
}

/// Where a job is, as it stands in the file of its lock: the directory of its group, or `-`.
package struct JobPlace: Sendable, Hashable {
  /// The directory of its group; nil where it has none.
  package var group: String?

  static let longest = 4096 + 2

  init(group: String?) { self.group = group }

  /// Nil for what is incomplete.
  init?(parsing bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n"), text.count > 1 else {
      return nil
    }
    group = text == "-\n" ? nil : String(text.dropLast())
  }

  var text: String { (group ?? "-") + "\n" }
}
