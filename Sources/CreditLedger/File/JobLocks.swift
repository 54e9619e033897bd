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
      while true {
        let directory = try open()
        let file = try directory.open(job, [.readWrite, .create, .noFollow, .nonBlocking], mode: 0o600)
        guard try file.lockExclusively() else { return nil }
        // Whoever held it before may have removed it meanwhile: a lock on what has no name is none.
        if try file.status().inode == (try? directory.status(of: job))?.inode {
          return JobLock(job, file, in: directory)
        }
      }
    } catch {
      throw LedgerError(.failed, "the lock of job \(job.escapedForTerminal): \(error)")
    }
  }

  /// Takes the lock of a job that is about to be put on record. Nobody else keeps its books, but somebody who looks for dead supervisors'
  /// jobs may hold the lock for a moment.
  package func takeNew(_ job: String) throws(LedgerError) -> JobLock {
    let deadline = Clock.boottime().advanced(by: .seconds(5))
    while Clock.boottime() < deadline {
      if let lock = try take(job) { return lock }
      Clock.sleep(.milliseconds(1))
    }
    throw LedgerError(
      .busy, "the lock of job \(job.escapedForTerminal) is held by another process; try again")
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

  /// Whether there are locks that nobody holds: a job's supervisor has died before it could book the job's end.
  package var someAreFree: Bool {
    guard let directory = try? Self.open(directory) else { return false }
    return Self.names(in: directory).contains { job in
      // One that is gone by now was its supervisor's to remove.
      (try? directory.open(job, [.readWrite, .noFollow, .nonBlocking]).lockExclusively()) == true
    }
  }

  /// Removes locks that nobody holds.
  /// - Parameter isOver: whether a job's end is booked, or the job is not on record; asked while its lock is held.
  package func clear(where isOver: (String) -> Bool) {
    guard let directory = try? Self.open(directory) else { return }
    for job in Self.names(in: directory) { if let lock = try? take(job), isOver(job) { lock.remove() } }
  }

  /// The jobs that have a lock.
  private static func names(in directory: borrowing Descriptor) -> [String] {
    ((try? directory.entries()) ?? []).map(\.name)
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

  private static func open(_ directory: String) throws(SystemError) -> Descriptor {
    try Descriptor.open(directory, [.readOnly, .directory, .noFollow])
  }

  /// Makes the directory if it is missing.
  private func open() throws(SystemError) -> Descriptor {
    do {
      return try Self.open(directory)
    } catch  where error.code == .notFound {
      do {
        let (above, name) = LedgerFile.split(directory)
        try Descriptor.open(above, [.readOnly, .directory]).makeDirectory(name, mode: 0o700)
      } catch  where error.code == .exists {}
      return try Self.open(directory)
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
