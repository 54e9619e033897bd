extension FilterProgram {
  /// Refuses what would take a file out of its project, and leaves the rest to another program; nil: allows it.
  ///
  /// By its project a file counts towards a quota, and the kernel lets a file's owner set it, outside of user namespaces
  /// (ioctl_fsgetxattr(2)). Apart from the policies: `chattr` stays as it is for jobs that no quota holds. Written by hand, as libseccomp
  /// 2.5 knows no file_setattr(2).
  ///
  ///     if number is ioctl's and the request is one of three: refuse
  ///     if number is file_setattr's: refuse
  package static func keepingProjects(
    before rest: FilterProgram?, for architecture: FilterArchitecture? = .host
  ) -> FilterProgram {
    let requestCalls = architecture?.requestCalls ?? []
    let refusal: UInt64 = 0x06 | (0x0005_0000 | 1) << 32  // BPF_RET | BPF_K: SECCOMP_RET_ERRNO, EPERM
    let others = rest?.instructions ?? [0x06 | 0x7fff_0000 << 32]
    var guarding: [UInt64] = [load(0)]
    for call in attributeCalls { guarding += [jump(call, isEqual: 0, else: 1), refusal] }
    // Each comparison that holds skips the others.
    for (index, call) in requestCalls.enumerated() {
      let left = UInt64(requestCalls.count - 1 - index)
      guarding.append(jump(call, isEqual: left, else: index == requestCalls.count - 1 ? requestBlock : 0))
    }
    guarding.append(load(24))  // the lower half of the second argument; the kernel looks at 32 bits
    for (index, request) in requests.enumerated() {
      let left = UInt64(requests.count - 1 - index)
      guarding.append(jump(request, isEqual: left, else: index == requests.count - 1 ? 1 : 0))
    }
    guarding.append(refusal)
    return FilterProgram(instructions: guarding + others)
  }

  /// The load, the comparisons, the refusal.
  private static let requestBlock = UInt64(requests.count + 2)

  /// file_setattr(2) (Linux 6.17): the same everywhere, and with x32's bit.
  private static let attributeCalls: [UInt64] = [469, 0x4000_01d5]
  /// FS_IOC_FSSETXATTR, FS_IOC_SETFLAGS, FS_IOC32_SETFLAGS. Source: linux/fs.h.
  private static let requests: [UInt64] = [0x401c_5820, 0x4008_6602, 0x4004_6602]

  /// BPF_LD | BPF_W | BPF_ABS.
  private static func load(_ offset: UInt64) -> UInt64 { 0x20 | offset << 32 }

  /// BPF_JMP | BPF_JEQ | BPF_K.
  private static func jump(_ value: UInt64, isEqual: UInt64, else other: UInt64) -> UInt64 {
    0x15 | isEqual << 16 | other << 24 | value << 32
  }
}

extension FilterArchitecture {
  /// ioctl(2) in each of the host's instruction sets. What has one of these numbers in another set than its own (setsockopt(2)) is refused
  /// nothing: a second argument like that it never has.
  fileprivate var requestCalls: [UInt64] {
    switch self {
    case .x86_64: [16, 54, 0x4000_0202]
    case .arm64: [29, 54]
    }
  }
}
