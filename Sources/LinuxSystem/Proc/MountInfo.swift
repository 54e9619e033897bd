/// One mount of `/proc/self/mountinfo`. Source: proc(5).
///
///     36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
///     id parent dev root mount-point options [optional fields] - type source super-options
///
/// Space, tab, newline and backslash in a path are written as an octal escape (`\040`).
package struct MountInfo: Sendable, Hashable {
  package let id: UInt64
  package let parent: UInt64
  package let device: DeviceNumber
  /// What of the file system is mounted: `/` if all of it.
  package let root: String
  package let mountPoint: String
  /// The mount's own: `rw`, `nosuid`, …
  package let options: [String]
  /// `shared:N`, `master:N`, …
  package let optionalFields: [String]
  package let fileSystemType: String
  package let source: String
  /// The file system's: it may be read-only where the mount isn't.
  package let superOptions: [String]

  package var isReadOnly: Bool { options.contains("ro") || superOptions.contains("ro") }
}

extension MountInfo {
  /// The mounts of this process's namespace, in the kernel's order: of two on one mount point the later hides the other.
  package static func current() throws(SystemError) -> [MountInfo] {
    parse(try SmallFile.read("/proc/self/mountinfo"))
  }

  /// Reads the file; a line that isn't in the documented form is left out, as the kernel may come to write such.
  package static func parse(_ bytes: [UInt8]) -> [MountInfo] {
    KernelText.lines(bytes).compactMap { MountInfo(line: $0) }
  }

  init?(line: KernelText.Slice) {
    // Only a single space separates: a source may be empty.
    let fields = line.split(separator: KernelText.space, omittingEmptySubsequences: false)
    guard fields.count >= 10, let dash = fields.dropFirst(6).firstIndex(of: [UInt8(ascii: "-")]),
      fields.count >= dash + 4,
      let id = KernelText.decimal(fields[0]), let parent = KernelText.decimal(fields[1]),
      let device = DeviceNumber(text: fields[2])
    else { return nil }
    self.id = id
    self.parent = parent
    self.device = device
    self.root = Self.unescaped(fields[3])
    self.mountPoint = Self.unescaped(fields[4])
    self.options = Self.list(fields[5])
    self.optionalFields = fields[6..<dash].map { KernelText.string($0) }
    self.fileSystemType = Self.unescaped(fields[dash + 1])
    self.source = Self.unescaped(fields[dash + 2])
    self.superOptions = Self.list(fields[dash + 3])
  }

  private static func list(_ field: KernelText.Slice) -> [String] {
    field.split(separator: UInt8(ascii: ",")).map { unescaped($0) }
  }

  /// Three octal digits after a backslash are a byte; any other backslash stands for itself.
  static func unescaped(_ field: KernelText.Slice) -> String {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let value = KernelText.octal(rest.prefix(3)).flatMap(UInt8.init(exactly:))
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return KernelText.string(bytes[...])
  }
}

extension DeviceNumber {
  /// Reads `8:16`.
  package init?(text: String) { self.init(text: Array(text.utf8)[...]) }

  /// Reads `8:16`.
  package init?(text: KernelText.Slice) {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let major = KernelText.decimal(parts[0]).flatMap(UInt32.init(exactly:)),
      let minor = KernelText.decimal(parts[1]).flatMap(UInt32.init(exactly:))
    else { return nil }
    self.init(major: major, minor: minor)
  }
}
