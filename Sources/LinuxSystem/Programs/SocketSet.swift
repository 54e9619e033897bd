import CLinuxSystem

/// Sockets that a program takes down, by their cookies. Source: bpf(2), `BPF_MAP_TYPE_HASH`.
package final class SocketSet: ProgramMap {
  private let descriptor: Descriptor

  /// Makes an empty one with room for so many.
  /// - Parameter name: at most 15 bytes, for who looks at the kernel's maps.
  package init(name: String, room: UInt32) throws(SystemError) {
    descriptor = Descriptor(
      owning: try shim("make a map in the kernel") { rmrun_bpf_make_socket_set(name, room) })
  }

  package var rawValue: Int32 { descriptor.rawValue }
}
