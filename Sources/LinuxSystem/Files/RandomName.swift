import CLinuxSystem

/// Names that nobody can guess, from the kernel's random numbers.
package enum RandomName {
  /// `count` lower-case letters and digits: 5 bits each, from an alphabet of 32 without look-alikes.
  package static func make(count: Int) throws(SystemError) -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    var bytes = [UInt8](repeating: 0, count: count)
    _ = try shim("get random numbers") {
      bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { rmrun_random($0, buffer.count) } ?? 0
      }
    }
    return String(decoding: bytes.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }
}
