package import LinuxSystem
package import ResourceModel

extension DeviceNumber {
  /// Reads `8:16`. Throws for anything else.
  package init(parsing text: String) throws(ValueError) {
    guard let number = Self(text: text) else {
      throw ValueError(text, expected: "a device number, such as 8:16")
    }
    self = number
  }

  /// Major number 0 belongs to no driver: btrfs, overlayfs, tmpfs and network file systems have such numbers.
  package var isAnonymous: Bool { major == 0 }

  /// The order in which limits are written: by driver, then by device.
  static func isInOrder(_ left: DeviceNumber, _ right: DeviceNumber) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
