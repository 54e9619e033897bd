/// What happens to a system call.
public enum CallAction: Sendable, Hashable, CustomStringConvertible {
  /// It is done.
  case allow
  /// It is done, and the kernel writes a line to its log.
  case log
  /// It is not done, and fails.
  case refuse(CallError)
  /// It is not done, and ends the whole process by SIGSYS, with a line in the kernel's log.
  case kill

  /// Reads `allow`, `log`, `kill`, `errno` (EPERM) or `errno=NAME`.
  public init(parsing text: String) throws(ValueError) {
    switch text {
    case "allow": self = .allow
    case "log": self = .log
    case "kill": self = .kill
    case "errno": self = .refuse(.notPermitted)
    default:
      guard text.hasPrefix("errno=") else {
        throw ValueError(text, expected: "allow, log, kill, errno, or an error such as errno=ENOSYS")
      }
      self = .refuse(try CallError(parsing: String(text.dropFirst(6))))
    }
  }

  /// Whether the call is done.
  var isAllowing: Bool {
    switch self {
    case .allow, .log: true
    case .refuse, .kill: false
    }
  }

  /// As it is written.
  public var description: String {
    switch self {
    case .allow: "allow"
    case .log: "log"
    case .refuse(let error): "errno=\(error.name)"
    case .kill: "kill"
    }
  }
}

/// An error that a refused system call fails with. Source: asm-generic/errno-base.h and errno.h; the numbers are the same on
/// x86-64 and arm64.
public struct CallError: Sendable, Hashable {
  /// Such as `EPERM`.
  public let name: String
  /// Such as 1.
  public let number: Int32

  /// `EPERM`: the usual one.
  public static let notPermitted = CallError(name: "EPERM", number: 1)
  /// `ENOSYS`: libraries take it for an older kernel, and go another way.
  public static let notImplemented = CallError(name: "ENOSYS", number: 38)

  private static let known: [CallError] = [
    notPermitted, CallError(name: "ENOENT", number: 2), CallError(name: "EIO", number: 5),
    CallError(name: "ENOMEM", number: 12), CallError(name: "EACCES", number: 13),
    CallError(name: "EBUSY", number: 16), CallError(name: "ENODEV", number: 19),
    CallError(name: "EINVAL", number: 22), CallError(name: "ENOTTY", number: 25),
    CallError(name: "ENOSPC", number: 28), CallError(name: "EROFS", number: 30), notImplemented,
    CallError(name: "EPROTONOSUPPORT", number: 93), CallError(name: "EOPNOTSUPP", number: 95),
    CallError(name: "EAFNOSUPPORT", number: 97),
  ]

  private init(name: String, number: Int32) {
    self.name = name
    self.number = number
  }

  /// Reads the name of an error. Throws `ValueError` for one that is not known here.
  public init(parsing text: String) throws(ValueError) {
    guard let found = Self.known.first(where: { $0.name == text }) else {
      throw ValueError(text, expected: "one of " + Self.known.map(\.name).concatenated(by: ", "))
    }
    self = found
  }
}
