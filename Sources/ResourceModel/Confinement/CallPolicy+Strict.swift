extension CallPolicy {
  /// `--confine strict`: what shells, the usual tools of a Unix, compilers, interpreters and local databases need, and no more:
  /// no sockets but pairs, no other process's memory, no devices but terminals.
  ///
  /// What is not listed fails by ENOSYS, so that libraries go their older way.
  public static let strict = CallPolicy(
    summary: "Allows what local programs need, and nothing else: no sockets, no tracing, no devices.",
    otherwise: .refuse(.notImplemented),
    rules: [files, directories, memory, processes, identities, signals, time, waiting, pipes, limits].map {
      CallRule($0, .allow)
    } + conditional)

  private static let files = [
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2",
    "open", "openat", "openat2", "creat", "close", "close_range", "lseek", "_llseek", "stat", "stat64",
    "lstat", "lstat64", "fstat", "fstat64", "newfstatat", "fstatat64", "statx", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "statfs", "statfs64", "fstatfs", "fstatfs64", "truncate",
    "truncate64", "ftruncate", "ftruncate64", "fallocate", "fadvise64", "fadvise64_64", "arm_fadvise64_64",
    "readahead", "sync", "syncfs", "fsync", "fdatasync", "sync_file_range", "sync_file_range2",
    "arm_sync_file_range", "copy_file_range", "sendfile", "sendfile64", "flock", "fcntl", "fcntl64", "dup",
    "dup2", "dup3", "memfd_create", "chmod", "fchmod", "fchmodat", "chown", "chown32", "fchown", "fchown32",
    "fchownat", "lchown", "lchown32", "utime", "utimes", "futimesat", "utimensat", "utimensat_time64",
    "getxattr", "lgetxattr", "fgetxattr", "setxattr", "lsetxattr", "fsetxattr", "listxattr", "llistxattr",
    "flistxattr", "removexattr", "lremovexattr", "fremovexattr", "umask", "inotify_init", "inotify_init1",
    "inotify_add_watch", "inotify_rm_watch", "name_to_handle_at",
  ]

  private static let directories = [
    "getdents", "getdents64", "readdir", "getcwd", "chdir", "fchdir", "mkdir", "mkdirat", "rmdir", "rename",
    "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mknod",
    "mknodat",
  ]

  private static let memory = [
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "pkey_mprotect", "pkey_alloc", "pkey_free",
    "madvise", "mincore", "msync", "mlock", "mlock2", "mlockall", "munlock", "munlockall", "membarrier",
    "get_mempolicy", "shmget", "shmat", "shmdt", "shmctl", "semget", "semop", "semtimedop",
    "semtimedop_time64", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl", "ipc", "remap_file_pages",
  ]

  private static let processes = [
    "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "waitpid", "getpid",
    "getppid", "gettid", "getpgid", "getpgrp", "setpgid", "getsid", "setsid", "prctl", "arch_prctl",
    "set_tid_address", "set_thread_area", "get_thread_area", "set_tls", "get_tls", "set_robust_list",
    "get_robust_list", "rseq", "futex", "futex_time64", "futex_waitv", "sched_yield", "sched_getaffinity",
    "sched_setaffinity", "sched_getparam", "sched_setparam", "sched_getscheduler", "sched_setscheduler",
    "sched_getattr", "sched_setattr", "sched_get_priority_max", "sched_get_priority_min",
    "sched_rr_get_interval", "sched_rr_get_interval_time64", "getcpu", "getpriority", "setpriority",
    "ioprio_get", "ioprio_set", "pidfd_open", "pidfd_send_signal", "seccomp", "uname", "sysinfo", "getrandom",
    "restart_syscall", "cacheflush", "breakpoint", "landlock_create_ruleset", "landlock_add_rule",
    "landlock_restrict_self", "capget", "capset",
  ]

  private static let identities = [
    "getuid", "getuid32", "geteuid", "geteuid32", "getgid", "getgid32", "getegid", "getegid32", "getresuid",
    "getresuid32", "getresgid", "getresgid32", "getgroups", "getgroups32", "setuid", "setuid32", "setgid",
    "setgid32", "setreuid", "setreuid32", "setregid", "setregid32", "setresuid", "setresuid32", "setresgid",
    "setresgid32", "setgroups", "setgroups32", "setfsuid", "setfsuid32", "setfsgid", "setfsgid32",
  ]

  private static let signals = [
    "kill", "tkill", "tgkill", "rt_sigaction", "sigaction", "rt_sigprocmask", "sigprocmask", "rt_sigreturn",
    "sigreturn", "rt_sigpending", "sigpending", "rt_sigsuspend", "sigsuspend", "rt_sigtimedwait",
    "rt_sigtimedwait_time64", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "sigaltstack", "signal", "signalfd",
    "signalfd4", "pause", "alarm",
  ]

  private static let time = [
    "time", "gettimeofday", "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64",
    "clock_nanosleep", "clock_nanosleep_time64", "nanosleep", "times", "getitimer", "setitimer",
    "timer_create", "timer_settime", "timer_settime64", "timer_gettime", "timer_gettime64",
    "timer_getoverrun", "timer_delete", "timerfd_create", "timerfd_settime", "timerfd_settime64",
    "timerfd_gettime", "timerfd_gettime64",
  ]

  private static let waiting = [
    "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64", "epoll_create",
    "epoll_create1", "epoll_ctl", "epoll_ctl_old", "epoll_wait", "epoll_wait_old", "epoll_pwait",
    "epoll_pwait2", "eventfd", "eventfd2", "io_setup", "io_destroy", "io_submit", "io_cancel",
    "io_getevents", "io_pgetevents", "io_pgetevents_time64",
  ]

  /// Pairs of sockets are pipes with two ends; what goes over them may be sent in the ways of sockets.
  private static let pipes = [
    "pipe", "pipe2", "splice", "tee", "vmsplice", "socketpair", "shutdown", "sendto", "sendmsg", "sendmmsg",
    "recv", "recvfrom", "recvmsg", "recvmmsg", "recvmmsg_time64", "send", "getsockopt", "setsockopt",
    "getsockname", "getpeername", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedsend_time64",
    "mq_timedreceive", "mq_timedreceive_time64", "mq_notify", "mq_getsetattr",
  ]

  private static let limits = ["getrlimit", "ugetrlimit", "setrlimit", "getrusage"]

  private static let conditional: [CallRule] =
    [
      // Threads and processes, without a namespace of their own.
      CallRule(
        ["clone"], .allow,
        when: [ArgumentCondition(argument: 0, mask: namespaceFlags.dropFirst().reduce(0, |), .equal, 0)]),
      CallRule(
        ["unshare"], .allow,
        when: [ArgumentCondition(argument: 0, mask: namespaceFlags.reduce(0, |), .equal, 0)]),
      // The own limits, and the question about another's: who sets its supervisor's takes its descriptors or memory away.
      CallRule(["prlimit64"], .allow, when: [ArgumentCondition(argument: 0, .equal, 0)]),
      CallRule(["prlimit64"], .allow, when: [ArgumentCondition(argument: 2, .equal, 0)]),
      // Linux, 32 bit, and the question.
      CallRule(
        ["personality"], .allow, when: [ArgumentCondition(argument: 0, mask: 0xffff_fff7, .equal, 0)]),
      CallRule(
        ["personality"], .allow,
        when: [ArgumentCondition(argument: 0, mask: 0xffff_ffff, .equal, 0xffff_ffff)]),
    ]
    + requests.map {
      CallRule(["ioctl"], .allow, when: [ArgumentCondition(argument: 1, mask: 0xffff_ffff, .equal, $0)])
    }

  /// TCGETS to TCSETSF, TCSBRK, TCXONC, TCFLSH; TIOCGPGRP, TIOCSPGRP, TIOCOUTQ, TIOCGWINSZ, TIOCSWINSZ, FIONREAD, FIONBIO,
  /// TIOCGSID, TCGETS2, TIOCGPTN, TIOCSPTLCK, FIONCLEX, FIOCLEX, FIOASYNC, FIOQSIZE; FICLONE, FICLONERANGE. Source: ioctl_tty(2),
  /// asm-generic/ioctls.h, linux/fs.h.
  private static let requests: [UInt64] = [
    0x5401, 0x5402, 0x5403, 0x5404, 0x5409, 0x540a, 0x540b, 0x540f, 0x5410, 0x5411, 0x5413, 0x5414, 0x541b,
    0x5421, 0x5429, 0x802c_542a, 0x8004_5430, 0x4004_5431, 0x5450, 0x5451, 0x5452, 0x5460, 0x4004_9409,
    0x4020_940d,
  ]
}
