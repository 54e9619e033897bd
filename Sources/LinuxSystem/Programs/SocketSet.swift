import CBPF

/// Sockets that a program takes down, by their cookies. Source: bpf(2), `BPF_MAP_TYPE_HASH`.
package final class SocketSet: ProgramMap {
  private let map: KernelMap

  /// Makes an empty one with room for so many.
  /// - Parameter name: at most 15 bytes, for who looks at the kernel's maps.
  package init(name: String, room: UInt32) throws(SystemError) {
    map = try KernelMap(BPF_MAP_TYPE_HASH, name: name, key: 8, value: 1, room: room)
  }

  package var rawValue: Int32 { map.rawValue }
}
