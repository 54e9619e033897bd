extension FilterProgram {
  /// Refuses sockets of other families than a network's, a host's own and the kernel's (`AF_INET`, `AF_INET6`, `AF_UNIX`, `AF_NETLINK`), and
  /// what would make them where no filter looks; leaves the rest to another program, nil: allows it.
  ///
  /// For a job that is held to its destinations: of these families the kernel's programs on sockets are asked, or nothing is reached by
  /// them. Refused besides: packet sockets by their former name (type `SOCK_PACKET` of any family, packet(7)); options by which a socket
  /// claims an address that isn't this host's (`IPV6_FREEBIND` takes no privilege), for a listed place would answer to there, with what it
  /// was told; socketcall(2) of 32-bit programs where it makes a socket or sets an option, for its arguments lie in memory (they have
  /// socket(2) and setsockopt(2) since Linux 4.3); io_uring, which makes sockets by itself (`IORING_OP_SOCKET`); and request_key(2) where it
  /// may have the kernel start a program, which asks a name server outside of the job's group for any name (`dns_resolver`,
  /// request-key(8)). Written by hand, for that has to be asked of whatever policy a job has.
  ///
  /// The kernel could ask a program of the group about options as well (`BPF_CGROUP_SETSOCKOPT`), and does not where a 32-bit call sets them.
  package static func keepingSockets(
    before rest: FilterProgram?, for architecture: FilterArchitecture? = .host
  ) -> FilterProgram {
    var assembly = FilterAssembly()
    let sets = architecture?.socketCalls ?? []
    assembly.load(offset: 4)
    for (index, set) in sets.enumerated() { assembly.branch(set.token, to: .set(index)) }
    assembly.jump(to: .rest)
    for (index, set) in sets.enumerated() {
      assembly.place(.set(index))
      assembly.load(offset: 0)
      for call in set.creating { assembly.branch(call, to: .creating) }
      for call in set.setting { assembly.branch(call, to: .setting) }
      for call in set.ring { assembly.branch(call, to: .refused) }
      for call in set.requestingKeys { assembly.branch(call, to: .key) }
      if let call = set.multiplexed { assembly.branch(call, to: .multiplexed) }
      assembly.jump(to: .rest)
    }
    // The kernel looks at the lower 32 bits of these arguments.
    assembly.place(.multiplexed)
    assembly.load(offset: 16)
    for call in refusedInMemory { assembly.branch(call, to: .refused) }
    assembly.jump(to: .rest)
    assembly.place(.setting)
    assembly.load(offset: 24)
    for (index, claim) in claims.enumerated() { assembly.branch(claim.level, to: .claim(index)) }
    assembly.jump(to: .rest)
    for (index, claim) in claims.enumerated() {
      assembly.place(.claim(index))
      assembly.load(offset: 32)
      for name in claim.names { assembly.branch(name, to: .refused) }
      assembly.jump(to: .rest)
    }
    // Without information for the program (the third argument) none is started.
    assembly.place(.key)
    assembly.load(offset: 32)
    assembly.branch(0, to: .upperHalf)
    assembly.jump(to: .refused)
    assembly.place(.upperHalf)
    assembly.load(offset: 36)
    assembly.branch(0, to: .rest)
    assembly.jump(to: .refused)
    assembly.place(.creating)
    assembly.load(offset: 16)
    for family in families { assembly.branch(family, to: .family) }
    assembly.jump(to: .foreign)
    assembly.place(.family)
    assembly.load(offset: 24)
    assembly.mask(0xf)
    assembly.branch(formerPacketType, to: .foreign)
    assembly.jump(to: .rest)
    assembly.place(.foreign)
    assembly.refuse(errno: 97)  // EAFNOSUPPORT
    assembly.place(.refused)
    assembly.refuse(errno: 1)  // EPERM
    assembly.place(.rest)
    return FilterProgram(
      instructions: assembly.instructions + (rest?.instructions ?? [0x06 | 0x7fff_0000 << 32]))
  }

  /// AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Source: linux/socket.h.
  private static let families: [UInt32] = [1, 2, 10, 16]
  /// SOCK_PACKET. Source: linux/net.h; the bits above are flags.
  private static let formerPacketType: UInt32 = 10
  /// SYS_SOCKET, SYS_SOCKETPAIR, SYS_SETSOCKOPT. Source: linux/net.h.
  private static let refusedInMemory: [UInt32] = [1, 8, 14]
  /// IP_FREEBIND and IP_TRANSPARENT of SOL_IP, which a socket of IPv6 has too; IPV6_FREEBIND and IPV6_TRANSPARENT of SOL_IPV6. Whether an
  /// option is switched on lies in memory. Source: linux/in.h, linux/in6.h.
  private static let claims: [(level: UInt32, names: [UInt32])] = [(0, [15, 19]), (41, [78, 75])]
}

extension FilterArchitecture {
  /// What makes sockets, and sets their options, in one of a machine's instruction sets.
  fileprivate struct SocketCalls {
    /// AUDIT_ARCH.
    let token: UInt32
    /// socket(2), socketpair(2).
    let creating: [UInt32]
    /// setsockopt(2).
    let setting: [UInt32]
    /// io_uring_setup(2), io_uring_enter(2), io_uring_register(2): one's own rings, and those that one is given.
    let ring: [UInt32]
    /// request_key(2).
    let requestingKeys: [UInt32]
    /// socketcall(2).
    let multiplexed: UInt32?
  }

  /// Source: the kernel's tables of system calls. What x32 calls has the token of x86-64, and a bit set.
  fileprivate var socketCalls: [SocketCalls] {
    let ring: [UInt32] = [425, 426, 427]
    let x32: UInt32 = 0x4000_0000
    switch self {
    case .x86_64:
      return [
        SocketCalls(
          token: 0xc000_003e, creating: [41, 53, 41 | x32, 53 | x32], setting: [54, 54 | x32, 541 | x32],
          ring: ring + ring.map { $0 | x32 }, requestingKeys: [249, 249 | x32], multiplexed: nil),
        SocketCalls(
          token: 0x4000_0003, creating: [359, 360], setting: [366], ring: ring, requestingKeys: [287],
          multiplexed: 102),
      ]
    case .arm64:
      return [
        SocketCalls(
          token: 0xc000_00b7, creating: [198, 199], setting: [208], ring: ring, requestingKeys: [218],
          multiplexed: nil),
        SocketCalls(
          token: 0x4000_0028, creating: [281, 288], setting: [294], ring: ring, requestingKeys: [310],
          multiplexed: 102),
      ]
    }
  }
}

/// A program whose jumps name where they lead, always further on.
private struct FilterAssembly {
  enum Place: Hashable {
    case set(Int), claim(Int), multiplexed, setting, key, upperHalf, creating, family, foreign, refused, rest
  }

  private var words: [UInt64] = []
  /// The jumps that each place is the end of: those that hold where two numbers are equal, and those that always do.
  private var waiting: [Place: [Int]] = [:]

  var instructions: [UInt64] {
    precondition(waiting.isEmpty, "a jump to nowhere")
    return words
  }

  /// BPF_LD | BPF_W | BPF_ABS.
  mutating func load(offset: UInt64) { words.append(0x20 | offset << 32) }

  /// BPF_ALU | BPF_AND | BPF_K.
  mutating func mask(_ bits: UInt64) { words.append(0x54 | bits << 32) }

  /// SECCOMP_RET_ERRNO.
  mutating func refuse(errno: UInt64) { words.append(0x06 | (0x0005_0000 | errno) << 32) }

  /// Goes there if what was loaded is this.
  mutating func branch(_ value: UInt32, to place: Place) {
    waiting[place, default: []].append(words.count)
    words.append(0x15 | UInt64(value) << 32)  // BPF_JMP | BPF_JEQ | BPF_K
  }

  mutating func jump(to place: Place) {
    waiting[place, default: []].append(words.count)
    words.append(0x05)  // BPF_JMP | BPF_JA
  }

  /// What comes next is there.
  mutating func place(_ place: Place) {
    for jump in waiting.removeValue(forKey: place) ?? [] {
      let distance = UInt64(words.count - jump - 1)
      let isBranch = words[jump] & 0xff == 0x15
      precondition(!isBranch || distance <= 0xff, "too far for a branch")
      words[jump] |= distance << (isBranch ? 16 : 32)
    }
  }
}
