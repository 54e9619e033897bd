import TestSupport

extension String {
  /// The text as a file's contents.
  var bytes: [UInt8] { Array(utf8) }
}

/// Contents that no kernel writes: a parser must answer nil, nothing or an error, and never trap.
let hostileContents: [[UInt8]] =
  [
    "", "\n", "\n\n\n", " ", "\0", "(", ")", ")(", "()", "0::", "0::\n", "-", "- - -", ":", "::",
    "1:2:3:4:5:6:7",
    "99999999999999999999999999999999999999999999", "-99999999999999999999999", "-", "--1", "+1", "0x10",
    "１２３",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z", "\\", "\\0", "\\04", "\\777", "\\999",
    "Pss: 18446744073709551615 kB\n", "MemTotal:", "MemTotal: kB", "read_bytes: -1\n",
    String(repeating: "1 ", count: 5000), String(repeating: ")", count: 5000),
    String(repeating: "9", count: 5000),
  ].map(\.bytes) + [[0xff, 0xfe, 0xfd], Array(0...255), Array(repeating: 0, count: 4096)]

/// A sample with some bytes changed, doubled or cut off.
func damaged(_ sample: [UInt8], by generator: inout SeededGenerator) -> [UInt8] {
  var bytes = sample
  for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
    let place = bytes.indices.randomElement(using: &generator) ?? 0
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
    default: bytes.removeSubrange(place...)
    }
  }
  return bytes
}
