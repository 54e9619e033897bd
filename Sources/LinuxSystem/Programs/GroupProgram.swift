import CBPF

/// A program that the kernel runs for a group's sockets. Source: bpf(2), libbpf's <bpf/bpf.h>.
package final class GroupProgram: Sendable {
  private let descriptor: Descriptor

  /// Has the kernel check and translate it. Throws `.permission` where this process may not (CAP_BPF).
  /// - Parameters:
  ///   - hook: when it is run; one for packets of one direction may be attached for the other too, if what it returns can be.
  ///   - name: at most 15 bytes, for who looks at the kernel's programs.
  ///   - instructions: `struct bpf_insn` each.
  ///   - uses: the instructions that take a map, or where in its only entry (`BPF_PSEUDO_MAP_FD`, `BPF_PSEUDO_MAP_VALUE`), and which.
  package init(
    for hook: Hook, name: String, _ instructions: [UInt64], uses: [(instruction: Int, map: any ProgramMap)]
  ) throws(SystemError) {
    var linked = instructions
    // In the upper half of the instruction, which is zero before. Source: the kernel's standardization/instruction-set.rst.
    for (index, map) in uses { linked[index] |= UInt64(UInt32(bitPattern: map.rawValue)) << 32 }
    descriptor = Descriptor(
      owning: try shim("load a program for a group") { Self.load(linked, for: hook, name: name) })
  }

  private static func load(_ instructions: [UInt64], for hook: Hook, name: String) -> Int32 {
    BPFLibrary.prepare()
    var options = bpf_prog_load_opts()
    options.sz = MemoryLayout<bpf_prog_load_opts>.offset(of: \.prog_btf_fd) ?? 0
    options.expected_attach_type = hook.attachType
    return instructions.withUnsafeBytes { bytes in
      let pointer = bytes.bindMemory(to: bpf_insn.self).baseAddress
      return bpf_prog_load(hook.programType, name, "Apache-2.0", pointer, instructions.count, &options)
    }
  }

  /// Has it run for a group and all below it, beside what others have attached there. Throws `.permission` where this process may not
  /// (CAP_NET_ADMIN), or a group above allows none below.
  private func attach(to group: borrowing Descriptor, _ hook: Hook) throws(SystemError) {
    let number = group.rawValue
    try shim("attach a program to the group") {
      bpf_prog_attach(descriptor.rawValue, number, hook.attachType, UInt32(BPF_F_ALLOW_MULTI))
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
      bpf_prog_detach2(descriptor.rawValue, number, hook.attachType)
    }
  }

  /// How many programs run for a group, those of the groups above included.
  private static func count(
    for group: borrowing Descriptor, _ hook: Hook
  ) throws(SystemError) -> Int {
    let number = group.rawValue
    var count: UInt32 = 0
    try shim("ask for the group's programs") {
      bpf_prog_query(number, hook.attachType, UInt32(BPF_F_QUERY_EFFECTIVE), nil, nil, &count)
    }
    return Int(count)
  }

  /// The counters of the program of this name that is attached to a group; nil if there is none. Throws `.permission` where this process
  /// may not ask (CAP_SYS_ADMIN).
  package static func map(
    ofProgram name: String, on group: borrowing Descriptor, _ form: CounterMap.Form
  ) throws(SystemError) -> CounterMap? {
    for program in try numbers(on: group) {
      for map in try maps(of: program, named: name) {
        do {
          return try CounterMap(number: map, form)
        } catch  where error.code == .notFound {
          continue
        }
      }
    }
    return nil
  }

  /// The numbers of the programs that are attached to a group itself, for what it sends.
  private static func numbers(on group: borrowing Descriptor) throws(SystemError) -> [UInt32] {
    let number = group.rawValue
    // As many as a group may have: BPF_CGROUP_MAX_PROGS in the kernel's <linux/bpf-cgroup-defs.h>.
    var programs = [UInt32](repeating: 0, count: 64)
    var count = UInt32(programs.count)
    try shim("ask for the group's programs") {
      bpf_prog_query(number, BPF_CGROUP_INET_EGRESS, 0, nil, &programs, &count)
    }
    return Array(programs.prefix(Int(count)))
  }

  /// The numbers of the maps that a program uses, if it has that name: of the first few.
  private static func maps(of program: UInt32, named name: String) throws(SystemError) -> [UInt32] {
    guard let descriptor = try open(program) else { return [] }
    var maps = [UInt32](repeating: 0, count: 8)
    var information = bpf_prog_info()
    information.nr_map_ids = UInt32(maps.count)
    try maps.withUnsafeMutableBufferPointer { (maps) throws(SystemError) in
      information.map_ids = UInt64(UInt(bitPattern: maps.baseAddress))
      try BPFLibrary.inform(
        about: descriptor.rawValue, &information, size: MemoryLayout<bpf_prog_info>.size)
    }
    let isNamed = withUnsafeBytes(of: information.name) { $0.prefix { $0 != 0 }.elementsEqual(name.utf8) }
    return isNamed ? Array(maps.prefix(Int(information.nr_map_ids))) : []
  }

  /// Nil if it has gone meanwhile.
  private static func open(_ program: UInt32) throws(SystemError) -> Descriptor? {
    do {
      return Descriptor(owning: try shim("open a program of the group") { bpf_prog_get_fd_by_id(program) })
    } catch  where error.code == .notFound {
      return nil
    }
  }
}
