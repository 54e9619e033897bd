import CBPF
import Glibc

/// libbpf, as far as it is not called for one thing alone. Since its 1.0 what it has returns `-errno`, as our own functions in C do.
///
/// Of its two layers this is the lower one, which calls bpf(2). The upper one reads an ELF file as it loads: for a program as small as ours
/// that is 14 calls of the kernel more, 0.3 ms of a launch.
///
/// Options are said as far as the last field that is set (`sz`): in the padding at the end of the whole struct a later version could find what
/// it doesn't know, and refuse that.
enum BPFLibrary {
  /// Before its first call that makes something, and while no process is being made.
  static func prepare() { _ = isPrepared }

  /// Its first call that makes something lifts RLIMIT_MEMLOCK to no limit at all where it finds no other way to have memory counted (before
  /// Linux 5.11, and where this process may load nothing): jobs would inherit that. So the first one is for nothing, and undone. (It has a
  /// function for this, libbpf_set_memlock_rlim, but the shared library of 1.1 does not export it.)
  private static let isPrepared: Void = {
    let memory = __rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue)
    var before = rlimit()
    guard getrlimit(memory, &before) == 0 else { return }
    // With a name it also finds out, here and once, whether the kernel takes names.
    _ = bpf_map_create(BPF_MAP_TYPE_UNSPEC, "rmrun", 0, 0, 0, nil)
    setrlimit(memory, &before)
  }()

  /// What the kernel says of a program (`bpf_prog_info`) or a map (`bpf_map_info`), of that size.
  static func inform(
    about descriptor: Int32, _ information: UnsafeMutableRawPointer, size: Int
  ) throws(SystemError) {
    var size = UInt32(size)
    try shim("ask about what the kernel runs") { bpf_obj_get_info_by_fd(descriptor, information, &size) }
  }
}
