package import ResourceModel

/// A block device by its number, written `MAJOR:MINOR` in `io.stat`, `io.max` and `/sys/dev/block`.
package struct DeviceNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Which driver.
  package var major: UInt32
  /// Which of that driver's devices.
  package var minor: UInt32

  /// Makes the number from its two halves.
  package init(major: UInt32, minor: UInt32) { (self.major, self.minor) = (major, minor) }

  /// Reads `8:16`. Throws for anything else.
  package init(parsing text: String) throws(ValueError) {
    guard let number = Self(Array(text.utf8)[...]) else {
      throw ValueError(text, expected: "a device number, such as 8:16")
    }
    self = number
  }

  /// The number that the bytes of one field are.
  init?(_ field: ArraySlice<UInt8>) {
    guard let colon = field.firstIndex(of: UInt8(ascii: ":")),
      let major = field[..<colon].unsigned.flatMap(UInt32.init(exactly:)),
      let minor = field[(colon + 1)...].unsigned.flatMap(UInt32.init(exactly:))
    else { return nil }
    self.init(major: major, minor: minor)
  }

  /// Numbers below 1 belong to no driver: btrfs, overlayfs, tmpfs and network file systems have such numbers.
  package var isAnonymous: Bool { major == 0 }

  /// `8:16`.
  package var description: String { "\(major):\(minor)" }

  /// By driver, then by device.
  package static func < (left: DeviceNumber, right: DeviceNumber) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
