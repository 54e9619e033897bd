import Glibc

/// A string as the kernel has it: bytes without a NUL, in no encoding. Arguments and environments pass through unchanged,
/// whatever they hold, where `String` would mend what isn't UTF-8.
package struct NativeString: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  package let bytes: [UInt8]

  /// Takes the bytes before the first NUL. Not generic: to find out at run time what a sequence consists of takes a launch
  /// longer than all else that is done with the string.
  package init(bytes: ArraySlice<UInt8>) {
    self.bytes = Array(bytes[..<(bytes.firstIndex(of: 0) ?? bytes.endIndex)])
  }

  package init(bytes: [UInt8]) { self.init(bytes: bytes[...]) }

  package init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  package init(stringLiteral text: String) { self.init(text) }

  init(cString: UnsafePointer<CChar>) {
    bytes = Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  /// For people, with U+FFFD for what isn't UTF-8.
  package var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// What this process was started with.
package enum OwnProcess {
  /// The arguments with the program's name, as they came.
  package static func arguments() -> [NativeString] {
    (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0].map { NativeString(cString: $0) } }
  }

  /// The environment, as `NAME=value` strings, as it is now.
  package static func environment() -> [NativeString] {
    var found: [NativeString] = []
    var place = environ
    while let entry = place.pointee {
      found.append(NativeString(cString: entry))
      place += 1
    }
    return found
  }

  /// One variable of the environment; nil if it isn't set.
  package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The working directory's path; nil if it is gone, or may not be known.
  package static var workingDirectory: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  /// Turns this process into another program. Returns only if that failed.
  package static func execute(
    _ executable: NativeString, _ arguments: [NativeString], environment: [NativeString]
  ) {
    withCStrings([executable]) { path in
      withCStrings(arguments) { arguments in
        withCStrings(environment) { environment in
          if let path = path.pointee { execve(path, arguments, environment) }
        }
      }
    }
  }

  package static var pid: Int32 { getpid() }
  package static var parentPID: Int32 { getppid() }
  package static var effectiveUser: UInt32 { geteuid() }
}

/// Calls `body` with a NULL-terminated array of C strings, as execve(2) takes it.
func withCStrings<Result>(
  _ strings: [NativeString], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let total = strings.reduce(0) { $0 + $1.bytes.count + 1 }
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: max(1, total)) { text in
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: strings.count + 1) {
      pointers in
      var at = 0
      for (index, string) in strings.enumerated() {
        pointers.initializeElement(at: index, to: text.baseAddress?.advanced(by: at))
        for byte in string.bytes {
          text.initializeElement(at: at, to: CChar(bitPattern: byte))
          at += 1
        }
        text.initializeElement(at: at, to: 0)
        at += 1
      }
      pointers.initializeElement(at: strings.count, to: nil)
      guard let start = pointers.baseAddress else {
        preconditionFailure("an array with a terminator isn't empty")
      }
      return body(UnsafePointer(start))
    }
  }
}
