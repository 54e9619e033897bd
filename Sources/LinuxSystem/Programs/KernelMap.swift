import CBPF

/// A map of the kernel's that a program uses.
package protocol ProgramMap: Sendable {
  /// The number of its descriptor, which it keeps open.
  var rawValue: Int32 { get }
}

/// A map of the kernel's, of any type. Source: bpf(2), libbpf's <bpf/bpf.h>.
struct KernelMap: ~Copyable {
  private let descriptor: Descriptor

  /// Makes one, by its form.
  /// - Parameters:
  ///   - name: at most 15 bytes, for who looks at the kernel's maps.
  ///   - key: the size of a key, in bytes; as the value's.
  ///   - room: for how many keys.
  init(
    _ type: bpf_map_type, name: String, key: Int, value: Int, room: UInt32, flags: UInt32 = 0
  ) throws(SystemError) {
    BPFLibrary.prepare()
    var options = bpf_map_create_opts()
    options.sz = MemoryLayout<bpf_map_create_opts>.offset(of: \.map_extra) ?? 0
    options.map_flags = flags
    descriptor = Descriptor(
      owning: try shim("make a map in the kernel") {
        bpf_map_create(type, name, UInt32(key), UInt32(value), room, &options)
      })
  }

  /// Takes one that is open.
  init(owning number: Int32) { descriptor = Descriptor(owning: number) }

  var rawValue: Int32 { descriptor.rawValue }

  /// Reads the value of a key; `.notFound` if there is none. Of a type with a copy for each CPU it reads them all, one after the other.
  func read(_ key: UnsafeRawPointer, into value: UnsafeMutableRawPointer) throws(SystemError) {
    try shim("read a map in the kernel") { bpf_map_lookup_elem(rawValue, key, value) }
  }

  /// Writes it. Throws where there is no room.
  func write(_ value: UnsafeRawPointer, for key: UnsafeRawPointer) throws(SystemError) {
    try shim("write a map in the kernel") {
      bpf_map_update_elem(rawValue, key, value, UInt64(BPF_ANY))
    }
  }

  /// Removes it; `.notFound` if there is none.
  func remove(_ key: UnsafeRawPointer) throws(SystemError) {
    try shim("clear a map in the kernel") { bpf_map_delete_elem(rawValue, key) }
  }

  /// Reads the key after another one, or the first; `.notFound` after the last.
  func read(keyAfter key: UnsafeRawPointer?, into next: UnsafeMutableRawPointer) throws(SystemError) {
    try shim("read a map in the kernel") { bpf_map_get_next_key(rawValue, key, next) }
  }
}
