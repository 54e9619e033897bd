import CLinuxSystem

/// A program that the kernel runs on each IP packet of a group's sockets. Source: bpf(2), `BPF_PROG_TYPE_CGROUP_SKB`.
package final class PacketProgram: Sendable {
  /// Which way packets go.
  package enum Direction: Sendable, CaseIterable {
    case received
    case sent

    fileprivate var raw: rmrun_bpf_direction { self == .sent ? RMRUN_BPF_SENT : RMRUN_BPF_RECEIVED }
  }

  private let descriptor: Descriptor

  /// Has the kernel check and translate it. Throws `.permission` where this process may not (CAP_BPF).
  /// - Parameters:
  ///   - name: at most 15 bytes, for who looks at the kernel's programs.
  ///   - instructions: `struct bpf_insn` each.
  ///   - uses: the instructions that take a map.
  package init(
    name: String, _ instructions: [UInt64], uses: [(instruction: Int, map: any ProgramMap)]
  ) throws(SystemError) {
    var linked = instructions
    for (index, map) in uses { linked[index] = Self.loading(map.rawValue, instead: linked[index]) }
    descriptor = Descriptor(
      owning: try shim("load a program on packets") {
        rmrun_bpf_load(name, linked, UInt32(linked.count))
      })
  }

  /// Has it run for a group and all below it, beside what others have attached there. Throws `.permission` where this process may not
  /// (CAP_NET_ADMIN), or a group above allows none below.
  package func attach(to group: borrowing Descriptor, _ direction: Direction) throws(SystemError) {
    let number = group.rawValue
    try shim("attach a program to the group") {
      rmrun_bpf_attach(descriptor.rawValue, number, direction.raw)
    }
  }

  /// Undoes it.
  package func detach(from group: borrowing Descriptor, _ direction: Direction) throws(SystemError) {
    let number = group.rawValue
    try shim("detach a program from the group") {
      rmrun_bpf_detach(descriptor.rawValue, number, direction.raw)
    }
  }

  /// How many programs run for a group, those of the groups above included.
  package static func count(
    for group: borrowing Descriptor, _ direction: Direction
  ) throws(SystemError) -> Int {
    let number = group.rawValue
    return Int(
      try shim("ask for the group's programs") { rmrun_bpf_count_effective(number, direction.raw) })
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
