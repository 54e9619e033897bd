package import ResourceModel

/// A file that holds one number, or `max`. Examples: `memory.current` is `4096`, `pids.max` is `max`.
package enum SingleValue {
  /// Reads a number, as in `memory.current`, `memory.peak`, `pids.current`. Throws for anything else.
  package static func number(parsing bytes: [UInt8]) throws(ValueError) -> UInt64 {
    var text = ControlText(bytes)
    guard let line = try text.line(), let value = line.unsigned else {
      throw ValueError(bytes[...].shown, expected: "one number on a line")
    }
    return value
  }

  /// Reads a number or `max`, as in `memory.max`, `pids.max`. Throws for anything else.
  package static func limit(parsing bytes: [UInt8]) throws(ValueError) -> Limit<UInt64> {
    var text = ControlText(bytes)
    guard let line = try text.line(), line.isText("max") else { return .atMost(try number(parsing: bytes)) }
    return .unlimited
  }
}
