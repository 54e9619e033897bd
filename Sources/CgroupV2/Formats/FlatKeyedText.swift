import ResourceModel

/// A "flat keyed" file: one `KEY NUMBER` a line. `cpu.stat`, `memory.stat`, `memory.events`, `cgroup.events`
/// and `cgroup.stat` have this form. Example (`memory.events`):
///
///     low 0
///     high 0
///     max 12
///     oom 1
///     oom_kill 1
///     oom_group_kill 1
///
/// Keys that newer kernels add are passed over, and so are their values.
struct FlatKeyedText {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The number behind `key`; nil when no line has that key. Throws when what stands behind it is no number
  /// of 64 bits, or when a line before it is cut off.
  func value(_ key: String) throws(ValueError) -> UInt64? {
    var text = ControlText(bytes)
    while var line = try text.line() {
      guard let name = line.nextField(), name.isText(key) else { continue }
      guard let value = line.unsigned else {
        throw ValueError(line.shown, expected: "the number of '\(key)'")
      }
      return value
    }
    return nil
  }

  /// The number behind a key that the file always has. Throws when it is missing as well.
  func required(_ key: String) throws(ValueError) -> UInt64 {
    guard let value = try value(key) else {
      throw ValueError(bytes[...].shown, expected: "a text with a line '\(key) NUMBER'")
    }
    return value
  }
}
