package import SystemPackage
import Glibc

/// A system call that failed: what was tried, on what, and why.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is: an open set, so that a new one breaks no caller.
  package struct Code: Sendable, Hashable {
    private let name: String
    private init(_ name: String) { self.name = name }

    /// The file, directory or process does not exist (any more).
    package static let notFound = Code("notFound")
    /// The user may not do that.
    package static let permission = Code("permission")
    /// Something else holds it at the moment.
    package static let busy = Code("busy")
    /// The disk, a quota or a file size limit is full.
    package static let noSpace = Code("noSpace")
    /// The limit of open files is reached, this process's or the machine's.
    package static let tooManyFiles = Code("tooManyFiles")
    /// The file system is mounted read-only.
    package static let readOnly = Code("readOnly")
    /// This kernel or file system lacks it.
    package static let unsupported = Code("unsupported")
    /// It exists already.
    package static let exists = Code("exists")
    /// Nobody listens there (any more).
    package static let unanswered = Code("unanswered")
    /// No answer came in time.
    package static let timedOut = Code("timedOut")
    /// What was read isn't what the kernel documents.
    package static let malformed = Code("malformed")
    /// Anything else; see `underlying`.
    package static let other = Code("other")
  }

  package let code: Code
  /// What was tried, as an infinitive: `open`, `write`, `watch a group`.
  package let operation: String
  /// The file it was tried on, if there was one.
  package let path: String?
  /// The kernel's own reason, if there was one.
  package let underlying: Errno?

  package init(_ operation: String, path: String? = nil, errno: Errno) {
    self.code = Self.code(of: errno)
    self.operation = operation
    self.path = path
    self.underlying = errno
  }

  package init(_ operation: String, path: String? = nil, code: Code) {
    self.code = code
    self.operation = operation
    self.path = path
    self.underlying = nil
  }

  private static func code(of errno: Errno) -> Code {
    switch errno {
    case .noSuchFileOrDirectory, .noSuchProcess, .noSuchAddressOrDevice, Errno(rawValue: ENODEV): .notFound
    case .permissionDenied, .notPermitted: .permission
    case .resourceBusy, .wouldBlock: .busy
    case .noSpace, .diskQuotaExceeded, .fileTooLarge: .noSpace
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem: .tooManyFiles
    case .readOnlyFileSystem: .readOnly
    case .noFunction, .notSupported, .notSupportedOnSocket, .invalidArgument: .unsupported
    case .fileExists: .exists
    case .connectionRefused: .unanswered
    case .timedOut: .timedOut
    default: .other
    }
  }
}
