import CBPF

/// Counters in the kernel that programs add to, of each a copy on each CPU. Source: bpf(2), `BPF_MAP_TYPE_PERCPU_ARRAY`.
package final class CounterMap: ProgramMap {
  /// What it consists of.
  package struct Form: Sendable {
    /// At most 15 bytes, for who looks at the kernel's maps.
    package let name: String
    /// 64-bit words of an entry.
    package let words: Int
    /// How many entries there are.
    package let entries: Int

    package init(name: String, words: Int, entries: Int) {
      (self.name, self.words, self.entries) = (name, words, entries)
    }
  }

  private let map: KernelMap
  private let form: Form
  /// The copies that there are.
  private let cpus: Int

  /// Makes one with all counters at zero.
  package init(_ form: Form) throws(SystemError) {
    cpus = try Host.possibleCPUs()
    map = try KernelMap(
      BPF_MAP_TYPE_PERCPU_ARRAY, name: form.name, key: 4, value: form.words * 8, room: UInt32(form.entries))
    self.form = form
  }

  /// Opens the map with this number; `.notFound` if it is gone, or has another form: another version's may be larger than what there is
  /// room for.
  init(number: UInt32, _ form: Form) throws(SystemError) {
    cpus = try Host.possibleCPUs()
    map = KernelMap(
      owning: try shim("open counters in the kernel") { bpf_map_get_fd_by_id(number) })
    self.form = form
    var information = bpf_map_info()
    try BPFLibrary.inform(about: map.rawValue, &information, size: MemoryLayout<bpf_map_info>.size)
    let isAlike =
      information.type == BPF_MAP_TYPE_PERCPU_ARRAY.rawValue && information.value_size == form.words * 8
      && information.max_entries == form.entries
    guard isAlike else { throw SystemError("open counters in the kernel", code: .notFound) }
  }

  package var rawValue: Int32 { map.rawValue }

  /// The words of an entry, summed over all CPUs.
  package func sum(of entry: Int) throws(SystemError) -> [UInt64] {
    var copies = [UInt64](repeating: 0, count: form.words * cpus)
    var key = UInt32(entry)
    try map.read(&key, into: &copies)
    var sums = [UInt64](repeating: 0, count: form.words)
    for (index, word) in copies.enumerated() { sums[index % form.words] &+= word }
    return sums
  }
}
