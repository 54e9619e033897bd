package import ResourceModel
import CSeccomp
import Glibc
import LinuxSystem
import SystemPackage

/// Compiles policies by libseccomp.
package enum FilterCompiler {
  /// Compiles a policy for all instruction sets of a machine.
  /// - Throws: `ConfinementError` for a call that libseccomp does not know, or a rule that it can't express.
  package static func compile(
    _ policy: CallPolicy, for architecture: FilterArchitecture
  ) throws(ConfinementError) -> FilterProgram {
    guard let context = seccomp_init(policy.otherwise.value) else {
      throw ConfinementError(.badRequest, "libseccomp can't make a filter")
    }
    let filter = Filter(context: context)
    try filter.prepare(for: architecture)
    for rule in policy.rules where rule.action != policy.otherwise {
      for call in rule.calls {
        try filter.add(rule, to: call, besides: policy.rules.filter { $0.action != policy.otherwise })
      }
    }
    return try filter.program()
  }

  /// Whether libseccomp knows a system call of that name on any machine.
  package static func knows(_ call: String) -> Bool { number(of: call) != nil }

  /// The name of a call; nil for a number that libseccomp does not know.
  package static func name(of call: FilteredCall) -> String? {
    guard let number = Int32(exactly: call.number),
      let name = seccomp_syscall_resolve_num_arch(call.architecture, number)
    else { return nil }
    defer { free(name) }
    return String(cString: name)
  }

  /// Calls that the machine lacks, and others have, are negative pseudo numbers: seccomp_syscall_resolve_name(3).
  fileprivate static func number(of call: String) -> Int32? {
    let number = seccomp_syscall_resolve_name(call)
    return number == -1 ? nil : number
  }
}

/// Owns the library's filter under construction.
private struct Filter: ~Copyable {
  let context: scmp_filter_ctx

  deinit { seccomp_release(context) }

  borrowing func prepare(for architecture: FilterArchitecture) throws(ConfinementError) {
    // The library starts with the machine that it runs on.
    _ = seccomp_arch_remove(context, 0)
    for token in architecture.tokens {
      try Self.check("add an instruction set", seccomp_arch_add(context, token))
    }
    // A binary tree: a call that a condition looks at, of which the kernel remembers no answer, takes a few comparisons.
    try Self.check("order the rules", seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2))
    // A program of an instruction set that is none of the host's ends.
    try Self.check(
      "set what other instruction sets get",
      seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, CallAction.kill.value))
  }

  borrowing func add(_ rule: CallRule, to call: String, besides all: [CallRule]) throws(ConfinementError) {
    guard let number = FilterCompiler.number(of: call) else {
      throw ConfinementError(
        .badRequest, "\(call.escapedForTerminal) is no system call that libseccomp knows")
    }
    for conditions in try rule.alternatives() {
      let result = conditions.map(\.raw).withUnsafeBufferPointer {
        seccomp_rule_add_array(context, rule.action.value, number, UInt32($0.count), $0.baseAddress)
      }
      // The same rule twice is one rule. Of two that do different things the library keeps one alone, where their conditions are the same;
      // and of calls that 32-bit programs have by socketcall(2) and ipc(2), whose arguments no filter sees, whatever the conditions are.
      if result == -EEXIST {
        guard all.allSatisfy({ $0.action == rule.action || !$0.calls.contains(call) }) else {
          throw ConfinementError(
            .badRequest,
            "the rules about \(call) can't be told apart, in 32-bit programs at least: give them one action")
        }
        continue
      }
      try Self.check("add the rule for \(call)", result)
    }
  }

  /// The library writes to a descriptor only (2.5 has no other way): one in memory.
  borrowing func program() throws(ConfinementError) -> FilterProgram {
    let bytes: [UInt8]
    do {
      let file = try Descriptor.memory("rmrun-filter")
      try Self.check("write the program", seccomp_export_bpf(context, file.rawValue))
      bytes = try Self.contents(of: file)
    } catch let error as ConfinementError {
      throw error
    } catch {
      throw ConfinementError(.unavailable, "can't compile the filter: \(error)")
    }
    guard bytes.count % 8 == 0, bytes.count / 8 <= FilterProgram.longest else {
      throw ConfinementError.tooLong
    }
    return FilterProgram(
      instructions: stride(from: 0, to: bytes.count, by: 8).map { start in
        bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      })
  }

  private static func contents(of file: borrowing Descriptor) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = try file.readOnce(upTo: 1 << 16, at: Int64(bytes.count))
      if part.isEmpty { return bytes }
      bytes += part
    }
  }

  private static func check(_ what: String, _ result: Int32) throws(ConfinementError) {
    guard result < 0 else { return }
    throw ConfinementError(
      .badRequest, "libseccomp can't \(what): \(Errno(rawValue: -result))")
  }
}

extension CallAction {
  /// Source: seccomp_rule_add(3), seccomp.h (macros that Swift can't import).
  fileprivate var value: UInt32 {
    switch self {
    case .allow: 0x7fff_0000
    case .log: 0x7ffc_0000
    case .refuse(let error): 0x0005_0000 | UInt32(error.number)
    case .kill: 0x8000_0000
    }
  }
}

extension ArgumentCondition {
  fileprivate var raw: scmp_arg_cmp {
    guard mask == .max else {
      return scmp_arg_cmp(arg: UInt32(argument), op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
    }
    let operation =
      switch comparison {
      case .equal: SCMP_CMP_EQ
      case .notEqual: SCMP_CMP_NE
      case .less: SCMP_CMP_LT
      case .atMost: SCMP_CMP_LE
      case .greater: SCMP_CMP_GT
      case .atLeast: SCMP_CMP_GE
      }
    return scmp_arg_cmp(arg: UInt32(argument), op: operation, datum_a: value, datum_b: 0)
  }
}
