import ResourceModel

@testable import Confinement

/// x86-64, x86 and x32 as filters tell them apart.
enum Machine: CaseIterable {
  case x86_64, x86, x32, arm64, arm

  var architecture: FilterArchitecture {
    switch self {
    case .x86_64, .x86, .x32: .x86_64
    case .arm64, .arm: .arm64
    }
  }

  /// AUDIT_ARCH numbers; x32 has that of x86-64.
  var audit: UInt32 {
    switch self {
    case .x86_64, .x32: 0xc000_003e
    case .x86: 0x4000_0003
    case .arm64: 0xc000_00b7
    case .arm: 0x4000_0028
    }
  }

  /// The numbers of calls. Source: the tables in the kernel's source, arch/*/tools and include/uapi/asm-generic/unistd.h.
  var numbers: [String: UInt32] {
    switch self {
    case .x86_64:
      [
        "read": 0, "ioctl": 16, "socket": 41, "clone": 56, "ptrace": 101, "personality": 135, "mount": 165,
        "keyctl": 250, "unshare": 272, "perf_event_open": 298, "bpf": 321, "io_uring_setup": 425,
        "clone3": 435, "openat": 257, "execve": 59,
      ]
    case .x32:
      [
        "read": 0x4000_0000, "mount": 0x4000_00a5, "keyctl": 0x4000_00fa, "unshare": 0x4000_0110,
        "bpf": 0x4000_0141, "io_uring_setup": 0x4000_01a9, "clone3": 0x4000_01b3, "ioctl": 0x4000_0202,
        "openat": 0x4000_0101, "execve": 0x4000_0208,
      ]
    case .x86:
      [
        "read": 3, "mount": 21, "ioctl": 54, "clone": 120, "personality": 136, "keyctl": 288, "unshare": 310,
        "openat": 295, "execve": 11, "perf_event_open": 336, "bpf": 357, "socket": 359,
        "io_uring_setup": 425, "clone3": 435, "ptrace": 26,
      ]
    case .arm64:
      [
        "ioctl": 29, "mount": 40, "openat": 56, "read": 63, "personality": 92, "unshare": 97, "ptrace": 117,
        "socket": 198, "keyctl": 219, "clone": 220, "execve": 221, "perf_event_open": 241, "bpf": 280,
        "io_uring_setup": 425, "clone3": 435,
      ]
    case .arm:
      [
        "read": 3, "mount": 21, "ioctl": 54, "clone": 120, "socket": 281, "keyctl": 311, "openat": 322,
        "unshare": 337, "perf_event_open": 364, "bpf": 386, "io_uring_setup": 425, "clone3": 435,
        "execve": 11, "ptrace": 26,
      ]
    }
  }

  /// A call by its name; nil where this machine is not asked about it.
  func call(_ name: String, _ arguments: [UInt64] = []) -> FilteredCall? {
    numbers[name].map { FilteredCall(number: $0, architecture: audit, arguments: arguments) }
  }
}
