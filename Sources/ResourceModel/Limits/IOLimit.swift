/// A bound on one device's traffic. The corresponding control file is `io.max`.
public struct IOLimit: Sendable, Hashable {
  /// What is bounded per second.
  public enum Quantity: String, Sendable, Hashable, CaseIterable {
    /// Bytes read a second (`rbps`).
    case readBytes = "rbps"
    /// Bytes written a second (`wbps`).
    case writeBytes = "wbps"
    /// Read operations a second (`riops`).
    case readOperations = "riops"
    /// Write operations a second (`wiops`).
    case writeOperations = "wiops"
  }

  /// A path on the device, a device file, or `MAJOR:MINOR`.
  public var target: String
  /// What is bounded.
  public var quantity: Quantity
  /// The bound, per second.
  public var perSecond: UInt64

  /// Makes a bound of `perSecond` bytes or operations for the device of `target`.
  public init(target: String, quantity: Quantity, perSecond: UInt64) {
    self.target = target
    self.quantity = quantity
    self.perSecond = perSecond
  }

  /// Reads `10M` (the device of the working directory) or `/data=10M`; operations are plain numbers.
  public init(parsing text: String, quantity: Quantity) throws(ValueError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = String(parts[parts.count - 1])
    let target = parts.count == 2 ? String(parts[0]) : "."
    switch quantity {
    case .readBytes, .writeBytes:
      self.init(target: target, quantity: quantity, perSecond: try ByteCount(parsing: value).bytes)
    case .readOperations, .writeOperations:
      guard let count = UInt64(value), count > 0, count < 1 << 32 else {
        throw ValueError(text, expected: "a number of operations a second, such as 100 or /data=100")
      }
      self.init(target: target, quantity: quantity, perSecond: count)
    }
    guard perSecond > 0, !target.isEmpty else {
      throw ValueError(text, expected: "a rate above zero, such as 10M or /data=10M")
    }
  }
}
