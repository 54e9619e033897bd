import CBPF

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

    fileprivate var type: bpf_map_type {
      switch self {
      case .all: BPF_MAP_TYPE_HASH
      case .lastUsed: BPF_MAP_TYPE_LRU_HASH
      case .prefixes: BPF_MAP_TYPE_LPM_TRIE
      }
    }

    /// The kernel makes no entry of prefixes beforehand.
    fileprivate var flags: UInt32 { self == .prefixes ? UInt32(BPF_F_NO_PREALLOC) : 0 }
  }

  private let map: KernelMap

  /// Makes an empty one with room for so many.
  /// - Parameter name: at most 15 bytes, for who looks at the kernel's maps.
  package init(_ kind: Kind, name: String, room: UInt32) throws(SystemError) {
    map = try KernelMap(
      kind.type, name: name, key: MemoryLayout<Key>.size, value: MemoryLayout<Value>.size, room: room,
      flags: kind.flags)
  }

  package var rawValue: Int32 { map.rawValue }

  /// Writes the value of a key. Throws where there is no room.
  package func put(_ value: Value, for key: Key) throws(SystemError) {
    var (key, value) = (key, value)
    try map.write(&value, for: &key)
  }

  /// Removes a key, if it is there.
  package func remove(_ key: Key) throws(SystemError) {
    var key = key
    do {
      try map.remove(&key)
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
      try map.read(keyAfter: nil, into: &key)
      while found.count < most {
        if try look(up: key, into: &value) { found.append((key, value)) }
        var before = key
        try map.read(keyAfter: &before, into: &key)
      }
    } catch  where error.code == .notFound {
    }
    return found
  }

  private func look(up key: Key, into value: inout Value) throws(SystemError) -> Bool {
    var key = key
    do {
      try map.read(&key, into: &value)
      return true
    } catch  where error.code == .notFound {
      return false
    }
  }
}
