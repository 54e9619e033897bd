#include "rmrun_spawn.h"

#include "clone.h"
#include "rmrun_process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4U
#endif

// The child's own stack. Its deepest path is rmrun_spawn_child -> libc wrapper: well under 4 KiB.
enum { STACK_SIZE = 64 * 1024, GUARD_SIZE = 64 * 1024 };

struct launch {
  const struct rmrun_spawn_request *request;
  struct rmrun_spawn_result *result;
  pid_t parent;
  // Whether the child must move itself into the group, because clone3 couldn't.
  bool joins_group;
  // The child's errno. Volatile: the parent must reread it after the child, in the same memory, wrote it.
  volatile int32_t failure;
  volatile int32_t stage;
  volatile int32_t limit_index;
};

// Everything from here to `enter` runs in the child, in the parent's memory: no malloc, no stdio, no locks.

static _Noreturn void fail(struct launch *launch, int32_t stage) {
  launch->failure = errno;
  launch->stage = stage;
  _exit(127);
}

/// Writes a number to a file; not dprintf, which may allocate.
static int write_number(int directory, const char *name, int32_t number) {
  char digits[12];
  size_t at = sizeof digits;
  uint32_t rest = number < 0 ? -(uint32_t)number : (uint32_t)number;
  do {
    digits[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0) digits[--at] = '-';
  int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t written = write(fd, digits + at, sizeof digits - at);
  int failure = errno;
  close(fd);
  errno = failure;
  return written < 0 ? -1 : 0;
}

static void set_scheduling(struct launch *launch) {
  const struct rmrun_spawn_request *request = launch->request;
  if (request->scheduling_policy >= 0) {
    struct sched_param parameters = {.sched_priority = request->scheduling_priority};
    if (sched_setscheduler(0, request->scheduling_policy, &parameters) < 0)
      fail(launch, RMRUN_SPAWN_STAGE_SCHEDULING);
  }
  if (request->sets_nice && setpriority(PRIO_PROCESS, 0, request->nice) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_SCHEDULING);
  if (request->timer_slack > 0 && prctl(PR_SET_TIMERSLACK, request->timer_slack, 0, 0, 0) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_SCHEDULING);
}

static void set_stdio(struct launch *launch) {
  const struct rmrun_spawn_request *request = launch->request;
  int sources[3] = {request->stdin_fd, request->stdout_fd, request->stderr_fd};
  // A source that is itself one of 0...2 would be overwritten before its turn: move it out of the way first.
  for (int target = 0; target < 3; target++) {
    if (sources[target] < 0 || sources[target] > 2 || sources[target] == target) continue;
    sources[target] = fcntl(sources[target], F_DUPFD_CLOEXEC, 3);
    if (sources[target] < 0) fail(launch, RMRUN_SPAWN_STAGE_STDIO);
  }
  for (int target = 0; target < 3; target++) {
    if (sources[target] < 0) continue;
    // dup2 to itself would leave close-on-exec set.
    int done = sources[target] == target ? fcntl(target, F_SETFD, 0) : dup2(sources[target], target);
    if (done < 0) fail(launch, RMRUN_SPAWN_STAGE_STDIO);
  }
}

static void set_limits(struct launch *launch) {
  const struct rmrun_spawn_request *request = launch->request;
  for (size_t index = 0; index < request->limit_count; index++) {
    const struct rmrun_resource_limit *limit = &request->limits[index];
    struct rlimit64 value = {.rlim_cur = limit->soft, .rlim_max = limit->hard};
    if (prlimit64(0, (enum __rlimit_resource)limit->resource, &value, NULL) == 0) continue;
    launch->limit_index = (int32_t)index;
    fail(launch, RMRUN_SPAWN_STAGE_RLIMIT);
  }
}

static void set_death_signal(struct launch *launch) {
  if (launch->request->death_signal == 0) return;
  if (prctl(PR_SET_PDEATHSIG, launch->request->death_signal, 0, 0, 0) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_DEATH_SIGNAL);
  // If the parent died before that, its signal never comes.
  if (getppid() != launch->parent) {
    errno = ECHILD;
    fail(launch, RMRUN_SPAWN_STAGE_DEATH_SIGNAL);
  }
}

/// Marks all descriptors above 2 close-on-exec. close_range(2) is from Linux 5.9, its flag from 5.11.
static void close_others(struct launch *launch) {
  if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  struct rlimit64 limit;
  if (prlimit64(0, RLIMIT_NOFILE, NULL, &limit) < 0) fail(launch, RMRUN_SPAWN_STAGE_DESCRIPTORS);
  int end = limit.rlim_cur > 1 << 20 ? 1 << 20 : (int)limit.rlim_cur;
  for (int fd = 3; fd < end; fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// The dispositions that the supervisor was started with, so that the command can't tell that it is there; then the
/// mask, last, since from here on a signal may end the child.
static void set_signals(struct launch *launch) {
  uint64_t ignored = launch->request->ignored_signals;
  for (int signal = 1; signal <= 64; signal++) {
    struct sigaction action = {.sa_handler = (ignored >> (signal - 1)) & 1 ? SIG_IGN : SIG_DFL};
    // SIGKILL, SIGSTOP and glibc's own two can't be set, and needn't.
    (void)sigaction(signal, &action, NULL);
  }
  if (rmrun_set_blocked_signals(launch->request->blocked_signals) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_SIGNALS);
}

static void enter(void *argument) {
  struct launch *launch = argument;
  const struct rmrun_spawn_request *request = launch->request;
  if (launch->joins_group && write_number(request->cgroup_fd, "cgroup.procs", 0) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_CGROUP);
  if (request->sets_oom_score && write_number(AT_FDCWD, "/proc/self/oom_score_adj", request->oom_score) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_OOM_SCORE);
  set_scheduling(launch);
  set_stdio(launch);
  if (request->directory_fd >= 0 && fchdir(request->directory_fd) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_DIRECTORY);
  // After all that opens a descriptor: RLIMIT_NOFILE may be among them.
  set_limits(launch);
  set_death_signal(launch);
  if (request->closes_other_descriptors) close_others(launch);
  set_signals(launch);
  execve(request->path, request->argv, request->envp);
  fail(launch, RMRUN_SPAWN_STAGE_EXEC);
}

// From here on: the parent.

static int enter_by_clone(void *argument) {
  enter(argument);
  return 127;
}

/// Without clone3 (a container's seccomp filter answers ENOSYS, or EPERM; kernels before 5.7 EINVAL or E2BIG): clone,
/// and the child moves itself into the group before its exec, so that the command is still metered from its start.
static long clone_without_group(struct launch *launch, char *stack, int *pidfd) {
  launch->joins_group = launch->request->cgroup_fd >= 0;
  pid_t pid = clone(enter_by_clone, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, launch, pidfd);
  return pid < 0 ? -errno : pid;
}

static long start_child(struct launch *launch, char *stack, int *pidfd) {
  struct clone_args args = {
      .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
      .pidfd = (uint64_t)(uintptr_t)pidfd,
      .exit_signal = SIGCHLD,
      .stack = (uint64_t)(uintptr_t)stack,
      .stack_size = STACK_SIZE,
  };
  if (launch->request->cgroup_fd >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)launch->request->cgroup_fd;
  }
  long pid = rmrun_clone3(&args, sizeof args, enter, launch);
  if (pid != -ENOSYS && pid != -EPERM && pid != -EINVAL && pid != -E2BIG) {
    launch->result->cloned_into_cgroup = launch->request->cgroup_fd >= 0;
    return pid;
  }
  return clone_without_group(launch, stack, pidfd);
}

int32_t rmrun_spawn(const struct rmrun_spawn_request *request, struct rmrun_spawn_result *result) {
  struct rmrun_spawn_result made = {.pid = -1, .pidfd = -1, .limit_index = -1};
  struct launch launch = {.request = request, .result = &made, .parent = getpid(), .limit_index = -1};

  // The lowest part stays without access: an overrun faults instead of writing into somebody's memory.
  char *mapping = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED || mprotect(mapping + GUARD_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE) < 0) {
    int failure = errno;
    if (mapping != MAP_FAILED) munmap(mapping, GUARD_SIZE + STACK_SIZE);
    result->stage = RMRUN_SPAWN_STAGE_CLONE;
    return -failure;
  }

  // No handler of ours may run in the child, where it would act on our memory under another process's number.
  uint64_t blocked = rmrun_blocked_signals();
  rmrun_set_blocked_signals(~0ULL);
  int saved_errno = errno;
  int pidfd = -1;
  long pid = start_child(&launch, mapping + GUARD_SIZE, &pidfd);
  errno = saved_errno;
  rmrun_set_blocked_signals(blocked);
  munmap(mapping, GUARD_SIZE + STACK_SIZE);

  if (pid < 0) {
    result->stage = RMRUN_SPAWN_STAGE_CLONE;
    return (int32_t)pid;
  }
  if (launch.stage != RMRUN_SPAWN_STAGE_NONE) {
    struct rmrun_child_end end;
    while (rmrun_wait_pidfd(pidfd, false, &end) == -EINTR) continue;
    close(pidfd);
    result->stage = launch.stage;
    result->limit_index = launch.limit_index;
    return -launch.failure;
  }
  made.pid = (int32_t)pid;
  made.pidfd = pidfd;
  *result = made;
  return 0;
}
