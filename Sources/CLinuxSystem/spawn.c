#include "rmrun_spawn.h"

#include "clone.h"
#include "launch.h"
#include "rmrun_process.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static int enter_by_clone(void *argument) {
  rmrun_enter(argument);
  return 127;
}

/// A user namespace has to be made by clone: unshare(2) refuses it to a process that shares its memory.
static uint64_t user_namespace(const struct rmrun_spawn_request *request) {
  return request->confinement == NULL ? 0 : request->confinement->namespaces & CLONE_NEWUSER;
}

/// Without clone3 (a container's seccomp filter answers ENOSYS, or EPERM; kernels before 5.7 EINVAL or E2BIG): clone,
/// and the child moves itself into the group before its exec, so that the command is still metered from its start.
static long clone_without_group(struct launch *launch, char *stack, int *pidfd) {
  launch->joins_group = launch->request->cgroup_fd >= 0;
  pid_t pid = clone(enter_by_clone, stack + STACK_SIZE,
                    CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD | (int)user_namespace(launch->request), launch, pidfd);
  return pid < 0 ? -errno : pid;
}

static long start_child(struct launch *launch, char *stack, int *pidfd) {
  struct clone_args args = {
      .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND | user_namespace(launch->request),
      .pidfd = (uint64_t)(uintptr_t)pidfd,
      .exit_signal = SIGCHLD,
      .stack = (uint64_t)(uintptr_t)stack,
      .stack_size = STACK_SIZE,
  };
  if (launch->request->cgroup_fd >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)launch->request->cgroup_fd;
  }
  long pid = rmrun_clone3(&args, sizeof args, rmrun_enter, launch);
  if (pid != -ENOSYS && pid != -EPERM && pid != -EINVAL && pid != -E2BIG) {
    launch->result->cloned_into_cgroup = launch->request->cgroup_fd >= 0;
    return pid;
  }
  return clone_without_group(launch, stack, pidfd);
}

/// Waits for the child behind a pidfd, and closes it.
static void take_end(int pidfd) {
  struct rmrun_child_end end;
  while (rmrun_wait_pidfd(pidfd, false, &end) == -EINTR) continue;
  close(pidfd);
}

/// The command where another process started it, for this one: the child that was between them is gone. Returns its number.
static long take_command(const struct launch *launch, int *pidfd) {
  take_end(*pidfd);
  // It is this process's child and nobody has waited for it: the number is still its own.
  *pidfd = rmrun_pidfd_open(launch->command);
  return *pidfd < 0 ? *pidfd : launch->command;
}

int32_t rmrun_spawn(const struct rmrun_spawn_request *request, struct rmrun_spawn_result *result) {
  struct rmrun_spawn_result made = {.pid = -1, .pidfd = -1, .index = -1};
  struct launch launch = {.request = request, .result = &made, .parent = getpid(), .index = -1, .command = -1,
                          .user = geteuid(), .group = getegid()};

  // The lowest part stays without access: an overrun faults instead of writing into somebody's memory.
  char *mapping = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED || mprotect(mapping + GUARD_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE) < 0) {
    int failure = errno;
    if (mapping != MAP_FAILED) munmap(mapping, GUARD_SIZE + STACK_SIZE);
    result->stage = RMRUN_SPAWN_STAGE_CLONE;
    return -failure;
  }
  launch.stack = mapping + GUARD_SIZE;

  // No handler of ours may run in the child, where it would act on our memory under another process's number.
  uint64_t blocked = rmrun_blocked_signals();
  rmrun_set_blocked_signals(~0ULL);
  int saved_errno = errno;
  int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  int pidfd = -1;
  long pid = start_child(&launch, launch.stack, &pidfd);
  // A child that becomes another user makes the memory that it shares unreadable to that user: this process's as well.
  if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != dumpable) (void)prctl(PR_SET_DUMPABLE, dumpable == 1, 0, 0, 0);
  if (pid >= 0 && launch.command >= 0) pid = take_command(&launch, &pidfd);
  errno = saved_errno;
  rmrun_set_blocked_signals(blocked);
  munmap(mapping, GUARD_SIZE + STACK_SIZE);

  if (pid < 0) {
    // ENOSPC: more user namespaces than user.max_user_namespaces. Source: user_namespaces(7), clone(2).
    bool refuses_namespace = pid == -EPERM || pid == -ENOSPC || pid == -EUSERS;
    result->stage = user_namespace(request) != 0 && refuses_namespace ? RMRUN_SPAWN_STAGE_NAMESPACES : RMRUN_SPAWN_STAGE_CLONE;
    return (int32_t)pid;
  }
  if (launch.stage != RMRUN_SPAWN_STAGE_NONE) {
    take_end(pidfd);
    result->stage = launch.stage;
    result->index = launch.index;
    return -launch.failure;
  }
  made.pid = (int32_t)pid;
  made.pidfd = pidfd;
  *result = made;
  return 0;
}
