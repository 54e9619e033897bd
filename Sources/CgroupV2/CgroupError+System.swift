import LinuxSystem
import ResourceModel
import SystemPackage

extension CgroupError {
  /// A system call that failed, told as what was being done to a group.
  init(_ error: SystemError, _ operation: String, path: String) {
    let code: Code =
      switch error.code {
      case .notFound: .vanished
      case .exists: .exists
      case .permission, .readOnly: .notPermitted
      case .busy: .busy
      case .tooManyFiles: .tooManyFiles
      case .timedOut: .timedOut
      // What other file systems say of a directory that is not empty, where cgroup v2 says EBUSY.
      case _ where error.underlying == .directoryNotEmpty: .busy
      default: .other
      }
    self.init(code, operation, path: path, underlying: error.underlying)
  }

  /// A kernel file whose text does not have the form that it should.
  init(_ error: ValueError, path: String) {
    self.init(.malformed, "read", path: path, detail: error.description)
  }
}

extension CgroupError: CustomStringConvertible {
  /// `can't remove the group /…/job-7: Device or resource busy; …`, with what to do about it where that is
  /// known.
  package var description: String {
    var text = "can't \(operation) \(path.escapedForTerminal)"
    if let underlying { text += ": \(underlying)" }
    if let detail { text += ": \(detail.escapedForTerminal)" }
    if let advice { text += "; \(advice)" }
    return text
  }

  private var advice: String? {
    switch code {
    case .notPermitted: "`rmrun doctor` shows which groups this user may use, and how to get one"
    case .busy: "it still holds processes or groups: `rmrun recover` removes it once they are gone"
    case .tooManyFiles: "raise the limit of open files (`ulimit -n`)"
    case .malformed: "this kernel's format is unknown to rmrun: please report it with `uname -r`"
    case .vanished: "somebody removed the group, or it was never made"
    case .exists: "choose another id"
    case .timedOut: "processes in uninterruptible sleep (state D) can delay this: see `ps -o pid,stat,wchan`"
    default: nil
    }
  }
}
