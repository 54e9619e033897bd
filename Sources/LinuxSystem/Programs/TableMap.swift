import CLinuxSystem

/// A table in the kernel that programs and their supervisor share. Source: bpf(2), `BPF_MAP_TYPE_HASH` and its like.
///
/// Keys and values are C structs that have no padding.
package final class TableMap<Key: BitwiseCopyable & Sendable, Value: BitwiseCopyable & Sendable>: ProgramMap {
  /// What it holds.
  package enum Kind: Sendable {
    /// All that there is room for.
    case all
    /// What was used last.
    case lastUsed
    /// What a key may begin with, in bits: their number is in its first four bytes. Source: `BPF_MAP_TYPE_LPM_TRIE`.
    case prefixes

    fileprivate var raw: rmrun_bpf_table_kind {
      switch self {
      case .all: RMRUN_BPF_ALL
      case .lastUsed: RMRUN_BPF_LAST_USED
      case .prefixes: RMRUN_BPF_PREFIXES
      }
    }
  }

  private let descriptor: Descriptor

  /// Makes an empty one with room for so many.
  /// - Parameter name: at most 15 bytes, for who looks at the kernel's maps.
  package init(_ kind: Kind, name: String, room: UInt32) throws(SystemError) {
    descriptor = Descriptor(
      owning: try shim("make a table in the kernel") {
        name.withCString {
          rmrun_bpf_make_table(
            rmrun_bpf_table(
              name: $0, kind: kind.raw, key_size: UInt32(MemoryLayout<Key>.size),
              value_size: UInt32(MemoryLayout<Value>.size), entries: room))
        }
      })
  }

  package var rawValue: Int32 { descriptor.rawValue }

  /// Writes the value of a key. Throws where there is no room.
  package func put(_ value: Value, for key: Key) throws(SystemError) {
    try shim("write a table in the kernel") {
      withUnsafePointer(to: key) { key in
        withUnsafePointer(to: value) { rmrun_bpf_put(rawValue, key, $0) }
      }
    }
  }

  /// Removes a key, if it is there.
  package func remove(_ key: Key) throws(SystemError) {
    do {
      try shim("clear a table in the kernel") {
        withUnsafePointer(to: key) { rmrun_bpf_remove(rawValue, $0) }
      }
    } catch  where error.code == .notFound {
    }
  }

  /// What is in it, as far as it stays while it is read: at most so many entries.
  package func entries(atMost most: Int, from zero: (key: Key, value: Value)) throws(SystemError) -> [(
    key: Key, value: Value
  )] {
    var found: [(key: Key, value: Value)] = []
    var (key, value) = zero
    do {
      try shim("read a table in the kernel") { rmrun_bpf_next(rawValue, nil, &key) }
      while found.count < most {
        if try look(up: key, into: &value) { found.append((key, value)) }
        let before = key
        try shim("read a table in the kernel") {
          withUnsafePointer(to: before) { rmrun_bpf_next(rawValue, $0, &key) }
        }
      }
    } catch  where error.code == .notFound {
    }
    return found
  }

  private func look(up key: Key, into value: inout Value) throws(SystemError) -> Bool {
    do {
      try shim("read a table in the kernel") {
        withUnsafePointer(to: key) { rmrun_bpf_get(rawValue, $0, &value) }
      }
      return true
    } catch  where error.code == .notFound {
      return false
    }
  }
}
