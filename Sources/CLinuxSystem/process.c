#include "rmrun_process.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t microseconds(struct timeval time) { return (int64_t)time.tv_sec * 1000000 + time.tv_usec; }

static int32_t wait_for(idtype_t kind, id_t id, int options, struct rmrun_child_end *end) {
  siginfo_t info;
  struct rusage usage;
  memset(&info, 0, sizeof info);
  if (syscall(SYS_waitid, kind, id, &info, options, &usage) < 0) return -errno;
  if (info.si_pid == 0) return 0;
  end->pid = info.si_pid;
  end->code = info.si_code;
  end->status = info.si_status;
  end->user_microseconds = microseconds(usage.ru_utime);
  end->system_microseconds = microseconds(usage.ru_stime);
  return 1;
}

int32_t rmrun_wait_pidfd(int32_t pidfd, bool nohang, struct rmrun_child_end *end) {
  return wait_for(P_PIDFD, (id_t)pidfd, WEXITED | (nohang ? WNOHANG : 0), end);
}

int32_t rmrun_pidfd_has_ended(int32_t pidfd) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | WNOWAIT) < 0) return -errno;
  return info.si_pid != 0;
}

int32_t rmrun_wait_pid(int32_t pid, struct rmrun_child_end *end) {
  return wait_for(P_PID, (id_t)pid, WEXITED | WNOHANG, end);
}

int32_t rmrun_peek_ended_child(void) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0) return errno == ECHILD ? 0 : -errno;
  return info.si_pid;
}

int32_t rmrun_pidfd_open(int32_t pid) {
  long fd = syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 ? -errno : (int32_t)fd;
}

int32_t rmrun_pidfd_send_signal(int32_t pidfd, int32_t signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int32_t rmrun_set_subreaper(bool on) { return prctl(PR_SET_CHILD_SUBREAPER, (unsigned long)on, 0, 0, 0) < 0 ? -errno : 0; }

int64_t rmrun_timer_slack(void) {
  int slack = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
  return slack < 0 ? -errno : slack;
}

int32_t rmrun_set_timer_slack(uint64_t nanoseconds) {
  return prctl(PR_SET_TIMERSLACK, (unsigned long)nanoseconds, 0, 0, 0) < 0 ? -errno : 0;
}

int32_t rmrun_get_scheduling(struct rmrun_scheduling *scheduling) {
  struct sched_param parameters;
  int policy = sched_getscheduler(0);
  if (policy < 0 || sched_getparam(0, &parameters) < 0) return -errno;
  errno = 0;
  int nice = getpriority(PRIO_PROCESS, 0);
  if (errno != 0) return -errno;
  scheduling->policy = policy & ~SCHED_RESET_ON_FORK;
  scheduling->priority = parameters.sched_priority;
  scheduling->nice = nice;
  return 0;
}

int32_t rmrun_set_realtime(int32_t priority) {
  struct sched_param parameters = {.sched_priority = priority};
  return sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &parameters) < 0 ? -errno : 0;
}

int32_t rmrun_set_nice_not_inherited(int32_t nice) {
  if (setpriority(PRIO_PROCESS, 0, nice) < 0) return -errno;
  struct sched_param parameters = {.sched_priority = 0};
  return sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &parameters) < 0 ? -errno : 0;
}

uint64_t rmrun_blocked_signals(void) {
  uint64_t blocked = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, sizeof blocked);
  return blocked;
}

int32_t rmrun_block_signals(uint64_t signals) {
  return syscall(SYS_rt_sigprocmask, SIG_BLOCK, &signals, NULL, sizeof signals) < 0 ? -errno : 0;
}

int32_t rmrun_set_blocked_signals(uint64_t signals) {
  return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &signals, NULL, sizeof signals) < 0 ? -errno : 0;
}

uint64_t rmrun_ignored_signals(void) {
  uint64_t ignored = 0;
  for (int signal = 1; signal <= 64; signal++) {
    struct sigaction action;
    if (sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN) ignored |= 1ULL << (signal - 1);
  }
  return ignored;
}

int32_t rmrun_set_signal_ignored(int32_t signal, bool ignored) {
  struct sigaction action = {.sa_handler = ignored ? SIG_IGN : SIG_DFL};
  return sigaction(signal, &action, NULL) < 0 ? -errno : 0;
}

/// Raises a signal at its default disposition in this thread, unblocked while it is delivered.
static int32_t raise_by_default(int32_t signal) {
  if (signal < 1 || signal > 64) return -EINVAL;
  struct sigaction action = {.sa_handler = SIG_DFL};
  (void)sigaction(signal, &action, NULL);  // refused for SIGKILL and SIGSTOP, which need none
  uint64_t blocked = rmrun_blocked_signals();
  if (syscall(SYS_tgkill, getpid(), gettid(), signal) < 0) return -errno;
  rmrun_set_blocked_signals(blocked & ~(1ULL << (signal - 1)));
  // A stop or a death happened on the way out of that call; here the process runs (on).
  return rmrun_set_blocked_signals(blocked);
}

int32_t rmrun_die_by_signal(int32_t signal) {
  struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  // Where core_pattern is a pipe, RLIMIT_CORE 0 doesn't keep the handler from being started; this does (core(5)).
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return raise_by_default(signal);
}

int32_t rmrun_stop_self(int32_t signal) { return raise_by_default(signal); }

int32_t rmrun_usable_cpus(void) {
  // The kernel refuses a mask smaller than its own with EINVAL.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (set == NULL) return -ENOMEM;
    size_t size = CPU_ALLOC_SIZE(cpus);
    int result = sched_getaffinity(0, size, set);
    int failure = errno;
    int count = result < 0 ? 0 : CPU_COUNT_S(size, set);
    CPU_FREE(set);
    if (result == 0) return count;
    if (failure != EINVAL) return -failure;
  }
  return -EINVAL;
}
