/// A compiled filter: classic BPF, an instruction in each number as the kernel's `struct sock_filter` lies in memory.
///
///     code 16 bits | jump if true 8 | jump if false 8 | k 32
///
/// Source: seccomp(2), linux/filter.h.
package struct FilterProgram: Sendable, Hashable {
  /// The instructions; at most 4,096, the kernel's bound.
  package let instructions: [UInt64]

  /// The kernel's bound. Source: linux/bpf_common.h, BPF_MAXINSNS.
  static let longest = 4096

  /// Takes instructions as they are.
  package init(instructions: [UInt64]) { self.instructions = instructions }

  /// The same with every refusal handed to whoever holds the listener, who has to answer with what this one says. The number
  /// of an error gets lost in it: ask `decide`.
  package var notifying: FilterProgram {
    FilterProgram(
      instructions: instructions.map { word in
        let isRefusal = word & 0xffff == 0x06 && (word >> 32) & 0xffff_0000 == 0x0005_0000
        return isRefusal ? 0x7fc0_0000 << 32 | word & 0xffff_ffff : word
      })
  }
}

/// One system call, as a filter sees it. Source: seccomp(2), `struct seccomp_data`.
package struct FilteredCall: Sendable, Hashable {
  /// The call's number in its architecture.
  package var number: UInt32
  /// The architecture's AUDIT_ARCH number.
  package var architecture: UInt32
  /// The six arguments.
  package var arguments: [UInt64]

  /// Makes a call.
  package init(number: UInt32, architecture: UInt32, arguments: [UInt64] = []) {
    self.number = number
    self.architecture = architecture
    self.arguments = arguments
  }

  /// A 32-bit word of the structure at a byte offset; nil beside it. The instruction pointer is 0.
  func word(at offset: UInt32) -> UInt32? {
    switch offset {
    case 0: return number
    case 4: return architecture
    case 8, 12: return 0
    case 16...60 where offset % 4 == 0:
      let index = Int(offset - 16) / 8
      let argument = index < arguments.count ? arguments[index] : 0
      return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
    default: return nil
    }
  }
}
