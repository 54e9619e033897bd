extension CallPolicy {
  /// `--confine default`: refuses what container engines refuse, for the same reasons, and allows the rest.
  ///
  /// Compared with the engines' allow lists: ptrace(2) stays allowed, as theirs has been since Linux 4.8, where a tracer can no
  /// longer undo a filter (debuggers and sanitizers need it; a Landlock domain keeps it to the job). NUMA policies of the own
  /// process stay allowed. TIOCSTI is refused, since a job shares its caller's terminal where a container has its own.
  public static let standard = CallPolicy(
    summary: "Refuses what no ordinary program needs and what leads out: comparable to container engines.",
    otherwise: .allow, rules: refusals)

  private static let refusals: [CallRule] =
    [
      // Mounts, old interface and new.
      refused(
        "mount", "umount", "umount2", "pivot_root", "move_mount", "open_tree", "fsopen", "fsconfig",
        "fsmount",
        "fspick", "mount_setattr"),
      // The kernel itself: its code, its clock, its log, its end.
      refused(
        "init_module", "finit_module", "delete_module", "create_module", "query_module", "get_kernel_syms",
        "kexec_load", "kexec_file_load", "reboot", "syslog", "acct", "swapon", "swapoff", "quotactl",
        "quotactl_fd", "clock_settime", "clock_adjtime", "settimeofday", "stime", "nfsservctl", "uselib",
        "sysfs", "_sysctl", "ustat", "vhangup"),
      // The hardware, and what of the x86 is there for emulators only.
      refused("ioperm", "iopl", "vm86", "vm86old", "modify_ldt"),
      // Where most of the ways out of a sandbox were found.
      refused(
        "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
        "lookup_dcookie", "fanotify_init"),
      // Keyrings belong to no namespace.
      refused("add_key", "request_key", "keyctl"),
      // Files by handle go around every path rule; other processes' pages and descriptors are their own business.
      refused("open_by_handle_at", "kcmp", "move_pages", "migrate_pages"),
      refused("setns"),
      // Its flags lie in memory, where no filter sees them: libraries take ENOSYS for an older kernel, and use clone.
      CallRule(["clone3"], .refuse(.notImplemented)),
      // It pushes input into the terminal, as if the user had typed it; its relative pastes. The kernel looks at 32 bits.
      when(["ioctl"], ArgumentCondition(argument: 1, mask: 0xffff_ffff, .equal, 0x5412)),
      when(["ioctl"], ArgumentCondition(argument: 1, mask: 0xffff_ffff, .equal, 0x541c)),
      // Who sets another process's limits takes its descriptors or memory away: a supervisor's, who could then stop nothing any more.
      // Signals are kept within the job by Landlock, and this is by nothing else. The own limits are those of process 0.
      CallRule(
        ["prlimit64"], .refuse(.notPermitted),
        when: [
          ArgumentCondition(argument: 0, .notEqual, 0), ArgumentCondition(argument: 2, .notEqual, 0),
        ]),
      // AF_VSOCK reaches the machine that this one is a guest of.
      when(["socket"], ArgumentCondition(argument: 0, mask: 0xffff_ffff, .equal, 40)),
    ] + namespaceFlags.map(namespaceRule) + personalities.map(personalityRule) + [unknownPersonality]

  /// CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. Source: clone(2), linux/sched.h.
  static let namespaceFlags: [UInt64] = [
    0x80, 0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
  ]

  /// CLONE_NEWTIME is within the exit signal of clone(2), which can't have it.
  private static func namespaceRule(_ flag: UInt64) -> CallRule {
    when(
      flag == 0x80 ? ["unshare"] : ["clone", "unshare"],
      ArgumentCondition(argument: 0, mask: flag, .equal, flag))
  }

  /// ADDR_NO_RANDOMIZE, MMAP_PAGE_ZERO, READ_IMPLIES_EXEC: they weaken what programs rely on. Source: personality(2).
  private static let personalities: [UInt64] = [0x004_0000, 0x010_0000, 0x040_0000]

  private static let unusedPersonality: UInt64 = 0x8000_0000

  /// 0xffffffff asks and sets nothing, hence the highest bit in the mask: what has that one is `unknownPersonality`'s.
  private static func personalityRule(_ flag: UInt64) -> CallRule {
    when(["personality"], ArgumentCondition(argument: 0, mask: unusedPersonality | flag, .equal, flag))
  }

  /// The highest bit means nothing by itself, and the kernel sets what is beside it all the same, but for the question. Source: the
  /// kernel's sys_personality().
  private static let unknownPersonality = CallRule(
    ["personality"], .refuse(.notPermitted),
    when: [
      ArgumentCondition(argument: 0, mask: unusedPersonality, .equal, unusedPersonality),
      ArgumentCondition(argument: 0, mask: 0xffff_ffff, .notEqual, 0xffff_ffff),
    ])

  private static func refused(_ calls: String...) -> CallRule { CallRule(calls, .refuse(.notPermitted)) }

  private static func when(_ calls: [String], _ condition: ArgumentCondition) -> CallRule {
    CallRule(calls, .refuse(.notPermitted), when: [condition])
  }
}
