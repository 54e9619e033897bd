package import SystemPackage

/// An operation on a group failed. The text says what failed, on what, and what to do.
package struct CgroupError: Error, Sendable, Hashable {
  /// What kind of failure it is.
  package struct Code: Sendable, Hashable {
    let name: String

    /// The group does not exist (any more).
    package static let vanished = Code(name: "vanished")
    /// A group of that name exists already.
    package static let exists = Code(name: "exists")
    /// Not permitted, or read-only.
    package static let notPermitted = Code(name: "notPermitted")
    /// Processes or groups in it stand in the way.
    package static let busy = Code(name: "busy")
    /// A kernel file does not have the form that it should.
    package static let malformed = Code(name: "malformed")
    /// It did not happen in time.
    package static let timedOut = Code(name: "timedOut")
    /// Too many open files, here or in the system.
    package static let tooManyFiles = Code(name: "tooManyFiles")
    /// A value that can't be used, such as a job's id with a slash.
    package static let invalid = Code(name: "invalid")
    /// Anything else.
    package static let other = Code(name: "other")
  }

  /// What kind of failure it is.
  package var code: Code
  /// What was being done, as in "could not `operation`": `remove the group`.
  package var operation: String
  /// The file or directory.
  package var path: String
  /// What the kernel said.
  package var underlying: Errno?
  /// More about it, such as the malformed text.
  package var detail: String?

  /// Makes the error.
  package init(
    _ code: Code, _ operation: String, path: String, underlying: Errno? = nil, detail: String? = nil
  ) {
    (self.code, self.operation, self.path) = (code, operation, path)
    (self.underlying, self.detail) = (underlying, detail)
  }
}
