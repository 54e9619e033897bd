import LinuxSystem
package import ResourceModel

/// What may move to and from one block device in a second: the fields of a line of `io.max`. Example:
/// `8:16 rbps=2097152 wbps=max riops=max wiops=120`. A field that is nil keeps what it was.
package struct IORates: Sendable, Hashable {
  /// Bytes read a second.
  package var readBytes: Limit<UInt64>?
  /// Bytes written a second.
  package var writtenBytes: Limit<UInt64>?
  /// Read operations a second.
  package var readOperations: Limit<UInt64>?
  /// Write operations a second.
  package var writeOperations: Limit<UInt64>?

  /// Makes the rates directly.
  package init(
    readBytes: Limit<UInt64>? = nil, writtenBytes: Limit<UInt64>? = nil,
    readOperations: Limit<UInt64>? = nil, writeOperations: Limit<UInt64>? = nil
  ) {
    (self.readBytes, self.writtenBytes) = (readBytes, writtenBytes)
    (self.readOperations, self.writeOperations) = (readOperations, writeOperations)
  }

  /// What is written to `io.max`; nil when no rate is given.
  func text(for device: DeviceNumber) -> String? {
    let fields = [
      ("rbps", readBytes), ("wbps", writtenBytes), ("riops", readOperations), ("wiops", writeOperations),
    ]
    let given = fields.compactMap { key, limit in limit.map { "\(key)=\($0.controlText)" } }
    return given.isEmpty ? nil : ([device.description] + given).concatenated(by: " ")
  }
}

extension Limit where Value == UInt64 {
  /// The number, or `max`.
  var controlText: String { bound.map(String.init) ?? "max" }
}
