package import LinuxSystem
package import ResourceModel

/// `io.stat`: what a group with its descendants read and wrote, per device. Example:
///
///     8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0
///     8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021
///
/// Buffered writes arrive late, by writeback. A device that the group has not used has no line, or one
/// without fields.
package struct IOStat: Sendable, Hashable {
  /// What moved to and from one device.
  package struct Transfer: Sendable, Hashable {
    /// Bytes read.
    package var readBytes: UInt64
    /// Bytes written.
    package var writtenBytes: UInt64
    /// Read operations.
    package var readOperations: UInt64
    /// Write operations.
    package var writeOperations: UInt64

    /// Makes the amounts directly.
    package init(
      readBytes: UInt64 = 0, writtenBytes: UInt64 = 0, readOperations: UInt64 = 0, writeOperations: UInt64 = 0
    ) {
      (self.readBytes, self.writtenBytes) = (readBytes, writtenBytes)
      (self.readOperations, self.writeOperations) = (readOperations, writeOperations)
    }

    /// The sum, each amount staying at the end of its range.
    package static func + (left: Transfer, right: Transfer) -> Transfer {
      Transfer(
        readBytes: left.readBytes.saturating(right.readBytes),
        writtenBytes: left.writtenBytes.saturating(right.writtenBytes),
        readOperations: left.readOperations.saturating(right.readOperations),
        writeOperations: left.writeOperations.saturating(right.writeOperations))
    }
  }

  /// Each device's amounts.
  package var devices: [DeviceNumber: Transfer]

  /// Reads the file's text. An empty text is a group that has moved nothing. Throws for a line that does not
  /// begin with a device number or whose known amounts are malformed.
  ///
  /// Linux before 5.13 prints a device without amounts glued to the next line's device (`8:0 8:16 rbytes=…`):
  /// the last number before the amounts is theirs.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    devices = [:]
    var text = ControlText(bytes)
    while let line = try text.line() {
      guard !line.starts(with: Self.removedDevice.utf8) else { continue }
      var fields = line
      guard let first = fields.nextField(), var device = DeviceNumber(text: first) else {
        throw ValueError(
          line.shown, expected: "an io.stat line, such as '8:0 rbytes=4096 wbytes=0 rios=1 wios=0'")
      }
      var transfer = Transfer()
      while let field = fields.nextField() {
        if let other = DeviceNumber(text: field) {
          device = other
        } else {
          try transfer.take(field)
        }
      }
      devices[device] = (devices[device] ?? Transfer()) + transfer
    }
  }

  /// What stands in the place of the number of a device that is just being unplugged.
  private static let removedDevice = "(unknown)"

  /// The sum over the devices that `counts` says yes to.
  package func total(over counts: (DeviceNumber) -> Bool) -> Transfer {
    devices.reduce(Transfer()) { sum, device in counts(device.key) ? sum + device.value : sum }
  }
}

extension IOStat.Transfer {
  /// Takes one `key=number` field; keys other than the four are passed over.
  fileprivate mutating func take(_ field: ArraySlice<UInt8>) throws(ValueError) {
    try Self.take(field, "rbytes=", &readBytes)
    try Self.take(field, "wbytes=", &writtenBytes)
    try Self.take(field, "rios=", &readOperations)
    try Self.take(field, "wios=", &writeOperations)
  }

  private static func take(_ field: ArraySlice<UInt8>, _ key: String, _ amount: inout UInt64)
    throws(ValueError)
  {
    guard field.starts(with: key.utf8) else { return }
    guard let value = field.unsigned(after: key) else {
      throw ValueError(field.shown, expected: "an amount, such as '\(key)4096'")
    }
    amount = value
  }
}

extension UInt64 {
  /// The sum, or the largest value where it would pass that.
  fileprivate func saturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
