import CBPF

/// 64-bit words in the kernel that a program and its supervisor share, and all CPUs: an array of one entry, which a program can have as a
/// variable. Source: bpf(2), `BPF_MAP_TYPE_ARRAY`, `BPF_PSEUDO_MAP_VALUE`.
package final class SharedMap: ProgramMap {
  private let map: KernelMap
  private let words: Int

  /// Makes them, all zero.
  /// - Parameter name: at most 15 bytes, for who looks at the kernel's maps.
  package init(name: String, words: Int) throws(SystemError) {
    map = try KernelMap(BPF_MAP_TYPE_ARRAY, name: name, key: 4, value: words * 8, room: 1)
    self.words = words
  }

  package var rawValue: Int32 { map.rawValue }

  /// The words as they are now.
  package func read() throws(SystemError) -> [UInt64] {
    var values = [UInt64](repeating: 0, count: words)
    var first: UInt32 = 0
    try map.read(&first, into: &values)
    return values
  }

  /// Writes all words.
  package func write(_ values: [UInt64]) throws(SystemError) {
    precondition(values.count == words, "another number of words than the map has")
    var first: UInt32 = 0
    try map.write(values, for: &first)
  }
}
