import CLinuxSystem

/// A map of the kernel's that a program uses.
package protocol ProgramMap: Sendable {
  /// The number of its descriptor, which it keeps open.
  var rawValue: Int32 { get }
}

/// 64-bit words in the kernel that a program and its supervisor share, and all CPUs: an array of one entry, or of more. Source: bpf(2), `BPF_MAP_TYPE_ARRAY`.
package final class SharedMap: ProgramMap {
  private let descriptor: Descriptor
  private let words: Int

  /// Makes them, all zero.
  /// - Parameter name: at most 15 bytes, for who looks at the kernel's maps.
  /// - Parameter entries: how many of so many words; the supervisor reads and writes the first one.
  package init(name: String, words: Int, entries: UInt32 = 1) throws(SystemError) {
    descriptor = Descriptor(
      owning: try shim("make a map in the kernel") {
        rmrun_bpf_make_shared(name, UInt32(words * 8), entries)
      })
    self.words = words
  }

  package var rawValue: Int32 { descriptor.rawValue }

  /// The words as they are now.
  package func read() throws(SystemError) -> [UInt64] {
    var values = [UInt64](repeating: 0, count: words)
    try shim("read a map in the kernel") { rmrun_bpf_look_up(rawValue, 0, &values) }
    return values
  }

  /// Writes all words.
  package func write(_ values: [UInt64]) throws(SystemError) {
    precondition(values.count == words, "another number of words than the map has")
    try shim("write a map in the kernel") { rmrun_bpf_write(rawValue, values) }
  }
}
