import CLinuxSystem

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

    fileprivate func withC<Result>(_ body: (rmrun_bpf_counters) -> Result) -> Result {
      name.withCString {
        body(rmrun_bpf_counters(name: $0, value_size: UInt32(words * 8), entries: UInt32(entries)))
      }
    }
  }

  private let descriptor: Descriptor
  private let form: Form
  /// The copies that there are.
  private let cpus: Int

  /// Makes one with all counters at zero.
  package init(_ form: Form) throws(SystemError) {
    cpus = try Host.possibleCPUs()
    descriptor = Descriptor(
      owning: try shim("make counters in the kernel") { form.withC { rmrun_bpf_make_counters($0) } })
    self.form = form
  }

  /// Opens that of the program with this number; `.notFound` if that is another program, or its map has another form.
  init(of program: UInt32, named name: String, _ form: Form) throws(SystemError) {
    cpus = try Host.possibleCPUs()
    descriptor = Descriptor(
      owning: try shim("open counters in the kernel") {
        form.withC { rmrun_bpf_open_counters_of(program, name, $0) }
      })
    self.form = form
  }

  package var rawValue: Int32 { descriptor.rawValue }

  /// The words of an entry, summed over all CPUs.
  package func sum(of entry: Int) throws(SystemError) -> [UInt64] {
    var copies = [UInt64](repeating: 0, count: form.words * cpus)
    try shim("read counters in the kernel") { rmrun_bpf_look_up(rawValue, UInt32(entry), &copies) }
    var sums = [UInt64](repeating: 0, count: form.words)
    for (index, word) in copies.enumerated() { sums[index % form.words] &+= word }
    return sums
  }
}
