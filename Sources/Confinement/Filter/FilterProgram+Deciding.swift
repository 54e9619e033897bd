extension FilterProgram {
  /// What the kernel does with a call. Source: seccomp(2), the actions by their numbers.
  package enum Decision: Sendable, Hashable {
    case allow
    case log
    case refuse(errno: Int32)
    case notify
    case kill
    /// The program is none that the kernel would have taken, or returns what is none of the above.
    case invalid

    init(value: UInt32) {
      switch value & 0xffff_0000 {
      case 0x7fff_0000: self = .allow
      case 0x7ffc_0000: self = .log
      case 0x0005_0000: self = .refuse(errno: Int32(value & 0xffff))
      case 0x7fc0_0000: self = .notify
      case 0x0000_0000, 0x8000_0000: self = .kill
      default: self = .invalid
      }
    }
  }

  /// Runs the program on a call, as the kernel does: so that what a filter says can be told (and tested) without asking the
  /// kernel. Knows the instructions that libseccomp writes; jumps go forward only, so that every program ends.
  package func decide(_ call: FilteredCall) -> Decision {
    var accumulator: UInt32 = 0
    var at = 0
    while at < instructions.count {
      let word = instructions[at]
      let k = UInt32(truncatingIfNeeded: word >> 32)
      at += 1
      switch word & 0xffff {
      case 0x20:  // BPF_LD | BPF_W | BPF_ABS
        guard let loaded = call.word(at: k) else { return .invalid }
        accumulator = loaded
      case 0x54: accumulator &= k  // BPF_ALU | BPF_AND | BPF_K
      case 0x05: at += Int(k)  // BPF_JMP | BPF_JA
      case 0x15: at += Self.jump(word, accumulator == k)  // BPF_JEQ
      case 0x25: at += Self.jump(word, accumulator > k)  // BPF_JGT
      case 0x35: at += Self.jump(word, accumulator >= k)  // BPF_JGE
      case 0x45: at += Self.jump(word, accumulator & k != 0)  // BPF_JSET
      case 0x06: return Decision(value: k)  // BPF_RET | BPF_K
      default: return .invalid
      }
    }
    return .invalid
  }

  private static func jump(_ word: UInt64, _ holds: Bool) -> Int {
    Int(holds ? (word >> 16) & 0xff : (word >> 24) & 0xff)
  }
}
