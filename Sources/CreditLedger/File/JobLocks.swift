import LinuxSystem
import ResourceModel

/// Who keeps the books of which job, as the kernel knows it: a locked file for each job, beside the ledger.
///
/// A supervisor holds its jobs' locks from before their reservation until their end is booked. The kernel takes them from it when it
/// dies, whatever of, in every PID namespace; so a job on record whose lock is free is nobody's.
package struct JobLocks: Sendable {
  private let directory: String

  /// The locks of the ledger in a file.
  package init(ledger path: String) { directory = path + "-jobs" }

  /// Takes the lock of a job, unless somebody holds it.
  /// - Returns: nil if somebody does.
  package func take(_ job: String) throws(LedgerError) -> JobLock? {
    // It becomes a file's name; what a ledger says is not to be trusted with that.
    guard !job.isEmpty, job.utf8.count <= 128, !job.contains("/"), job != ".", job != ".." else {
      throw LedgerError(.corrupt, "'\(job.escapedForTerminal)' is no job's name")
    }
    do {
      let directory = try open()
      let file = try directory.open(job, [.readWrite, .create, .noFollow, .nonBlocking], mode: 0o600)
      return try file.lockExclusively() ? JobLock(job, file, in: directory) : nil
    } catch {
      throw LedgerError(.failed, "the lock of job \(job.escapedForTerminal): \(error)")
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

  /// The job's end is booked: nobody needs its lock any more.
  package func remove() { try? directory.removeFile(job) }
}
