#include "confine.h"

#include "rmrun_process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A PID namespace needs a first process: it inherits the orphans, and what is left is killed with it. The command itself is not fit for
// that, as no signal that it doesn't handle would reach it, and few programs wait for strangers. So it is this process, a fork of the
// supervisor's child that executes nothing; the command is number 2, and the *supervisor's* own child (CLONE_PARENT), so that its pidfd,
// its exit status and the signals that it dies of are what they are without a namespace.

/// It holds a copy of the supervisor's memory: nobody inside may look at it, and it needs no privilege.
static void give_up_everything(int kept) {
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  (void)prctl(PR_SET_NAME, "rmrun-init", 0, 0, 0);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2] = {0};
  (void)syscall(SYS_capset, &header, data);
  (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Away from the terminal, whose signals are the command's.
  (void)setsid();
  (void)chdir("/");
  if (kept > 0) (void)syscall(SYS_close_range, 0U, (unsigned)kept - 1, 0U);
  (void)syscall(SYS_close_range, (unsigned)kept + 1, ~0U, 0U);
}

/// Takes the ends of all children that ended. Returns whether some are left.
static bool reap(void) {
  for (;;) {
    pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);
    if (pid == 0) return true;
    if (pid < 0 && errno != EINTR) return false;
  }
}

void rmrun_inner_init(int start) {
  give_up_everything(start);
  uint64_t all = ~0ULL;
  (void)rmrun_set_blocked_signals(all);
  uint64_t child = 1ULL << (SIGCHLD - 1);
  long signals = syscall(SYS_signalfd4, -1, &child, sizeof child, SFD_CLOEXEC | SFD_NONBLOCK);

  char byte;
  while (read(start, &byte, 1) < 0 && errno == EINTR) continue;
  // Number 2 of this namespace. If it has ended, or never was, there is none.
  int command = rmrun_pidfd_open(2);

  // The command's children become this process's before its pidfd says that it ended, so that without children then nobody is left.
  struct pollfd wanted[2] = {{.fd = (int)signals, .events = POLLIN}, {.fd = command, .events = POLLIN}};
  bool command_lives = command >= 0;
  for (;;) {
    char info[sizeof(struct signalfd_siginfo)];
    while (read((int)signals, info, sizeof info) > 0) continue;
    bool has_children = reap();
    if (!has_children && !command_lives) _exit(0);
    if (poll(wanted, 2, -1) > 0 && wanted[1].revents != 0) {
      command_lives = false;
      wanted[1].fd = -1;
    }
  }
}
