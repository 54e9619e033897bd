import CLinuxSystem

/// Names that nobody can guess, from the kernel's random numbers.
package enum RandomName {
  /// `count` lower-case letters and digits: 5 bits each, from an alphabet of 32 without look-alikes.
  package static func make(count: Int) throws(SystemError) -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    return String(decoding: try bytes(count: count).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }

  /// A number of 32 bits.
  package static func number() throws(SystemError) -> UInt32 {
    try bytes(count: 4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func bytes(count: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    _ = try shim("get random numbers") {
      bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { rmrun_random($0, buffer.count) } ?? 0
      }
    }
    return bytes
  }
}
