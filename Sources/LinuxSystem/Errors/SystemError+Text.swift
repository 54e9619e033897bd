import ResourceModel
import SystemPackage

extension SystemError {
  /// `can't open /a/b: Permission denied; …`, with what to do about it where that is known.
  package var description: String {
    var text = "can't \(operation)"
    if let path { text += " \(path.escapedForTerminal)" }
    text += ": " + (underlying?.description ?? reason)
    if let advice { text += "; \(advice)" }
    return text
  }

  private var reason: String {
    switch code {
    case .malformed: "the contents aren't in the documented form"
    case .timedOut: "no answer in time"
    case .notFound: "not found"
    case .permission: "permission denied"
    default: "failed"
    }
  }

  private var advice: String? {
    switch code {
    case .tooManyFiles: "raise the limit of open files (`ulimit -n`)"
    case .noSpace: "free some space, or name a file elsewhere"
    case .readOnly: "name a file on a file system that is mounted for writing"
    case .permission: path.map { _ in "check its owner and mode, and those of the directories above it" }
    case .notFound: path.map { _ in "check the spelling, and that it still exists" }
    default: nil
    }
  }
}
