import CLinuxSystem

/// A program that the kernel runs for a group's sockets. Source: bpf(2).
package final class GroupProgram: Sendable {
  /// When it is run.
  package enum Hook: Sendable, CaseIterable {
    /// On each IP packet that was received, and that is sent: `BPF_PROG_TYPE_CGROUP_SKB`.
    case received
    case sent
    /// Before a connection is made, over IPv4 and over IPv6: `BPF_PROG_TYPE_CGROUP_SOCK_ADDR`.
    case connect4
    case connect6
    /// After a socket was made: `BPF_CGROUP_INET_SOCK_CREATE`.
    case create
    /// After a socket was closed: `BPF_CGROUP_INET_SOCK_RELEASE` (Linux 5.9).
    case release
    /// Before a datagram goes where it says, over IPv4 and over IPv6: `BPF_CGROUP_UDP4_SENDMSG`.
    case send4
    case send6
    /// When a program is told who sent a datagram (Linux 5.2), and whom a socket is connected to (Linux 5.8).
    case receive4
    case receive6
    case peer4
    case peer6
    /// Before a socket is given its own address, over IPv4 and over IPv6: `BPF_CGROUP_INET4_BIND`.
    case bind4
    case bind6
    /// When a connection of TCP is begun, is there, or changes its state: `BPF_PROG_TYPE_SOCK_OPS`.
    case connections

    fileprivate var raw: rmrun_bpf_hook {
      switch self {
      case .received: RMRUN_BPF_RECEIVED
      case .sent: RMRUN_BPF_SENT
      case .connect4: RMRUN_BPF_CONNECT4
      case .connect6: RMRUN_BPF_CONNECT6
      case .create: RMRUN_BPF_CREATE
      case .release: RMRUN_BPF_RELEASE
      case .send4: RMRUN_BPF_SEND4
      case .send6: RMRUN_BPF_SEND6
      case .receive4: RMRUN_BPF_RECEIVE4
      case .receive6: RMRUN_BPF_RECEIVE6
      case .peer4: RMRUN_BPF_PEER4
      case .peer6: RMRUN_BPF_PEER6
      case .bind4: RMRUN_BPF_BIND4
      case .bind6: RMRUN_BPF_BIND6
      case .connections: RMRUN_BPF_CONNECTIONS
      }
    }
  }

  private let descriptor: Descriptor

  /// Has the kernel check and translate it. Throws `.permission` where this process may not (CAP_BPF).
  /// - Parameters:
  ///   - hook: when it is run; one for received packets may be attached for sent ones too.
  ///   - name: at most 15 bytes, for who looks at the kernel's programs.
  ///   - instructions: `struct bpf_insn` each.
  ///   - uses: the instructions that take a map.
  package init(
    for hook: Hook, name: String, _ instructions: [UInt64], uses: [(instruction: Int, map: any ProgramMap)]
  ) throws(SystemError) {
    var linked = instructions
    for (index, map) in uses { linked[index] = Self.loading(map.rawValue, instead: linked[index]) }
    descriptor = Descriptor(
      owning: try shim("load a program for a group") {
        rmrun_bpf_load(name, hook.raw, linked, UInt32(linked.count))
      })
  }

  /// Has it run for a group and all below it, beside what others have attached there. Throws `.permission` where this process may not
  /// (CAP_NET_ADMIN), or a group above allows none below.
  private func attach(to group: borrowing Descriptor, _ hook: Hook) throws(SystemError) {
    let number = group.rawValue
    try shim("attach a program to the group") {
      rmrun_bpf_attach(descriptor.rawValue, number, hook.raw)
    }
  }

  /// Attaches programs where each belongs, all or none.
  ///
  /// Throws `.busy` where a group above has a program that it allows none beside: the kernel would run ours instead of that, and so lift
  /// what that forbids.
  package static func attach(
    _ programs: [(program: GroupProgram, hook: Hook)], to group: borrowing Descriptor
  ) throws(SystemError) {
    var attached: [(program: GroupProgram, hook: Hook)] = []
    do throws(SystemError) {
      for (program, hook) in programs {
        let before = try count(for: group, hook)
        try program.attach(to: group, hook)
        attached.append((program, hook))
        guard before > 0, try count(for: group, hook) != before + 1 else { continue }
        throw SystemError("attach a program beside that of a group above", code: .busy)
      }
    } catch {
      for (program, hook) in attached { try? program.detach(from: group, hook) }
      throw error
    }
  }

  /// Undoes it.
  private func detach(from group: borrowing Descriptor, _ hook: Hook) throws(SystemError) {
    let number = group.rawValue
    try shim("detach a program from the group") {
      rmrun_bpf_detach(descriptor.rawValue, number, hook.raw)
    }
  }

  /// How many programs run for a group, those of the groups above included.
  private static func count(
    for group: borrowing Descriptor, _ hook: Hook
  ) throws(SystemError) -> Int {
    let number = group.rawValue
    return Int(
      try shim("ask for the group's programs") { rmrun_bpf_count_effective(number, hook.raw) })
  }

  /// The map of the program of this name that is attached to a group; nil if there is none. Throws `.permission` where this process may
  /// not ask (CAP_SYS_ADMIN).
  package static func map(
    ofProgram name: String, on group: borrowing Descriptor, _ form: CounterMap.Form
  ) throws(SystemError) -> CounterMap? {
    var programs = [UInt32](repeating: 0, count: 64)
    let number = group.rawValue
    let count = try shim("ask for the group's programs") {
      rmrun_bpf_attached(number, RMRUN_BPF_SENT, &programs, UInt32(programs.count))
    }
    for program in programs.prefix(Int(count)) {
      do {
        return try CounterMap(of: program, named: name, form)
      } catch  where error.code == .notFound {
        continue
      }
    }
    return nil
  }

  /// The first half of an instruction that loads 64 bits: here the map, which the second half (zero) says no more about.
  /// Source: the kernel's standardization/instruction-set.rst, "64-bit immediate instructions".
  private static func loading(_ map: Int32, instead word: UInt64) -> UInt64 {
    let ofDescriptor: UInt64 = 1 << 12
    return word & 0xffff_0fff | ofDescriptor | UInt64(UInt32(bitPattern: map)) << 32
  }
}
