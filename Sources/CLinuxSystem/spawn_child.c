#include "launch.h"

#include "confine.h"
#include "rmrun_process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4U
#endif

// All of this runs in the child, in the parent's memory: no malloc, no stdio, no locks.

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
    launch->index = (int32_t)index;
    fail(launch, RMRUN_SPAWN_STAGE_RLIMIT);
  }
}

static void set_death_signal(struct launch *launch) {
  if (launch->request->death_signal == 0) return;
  if (prctl(PR_SET_PDEATHSIG, launch->request->death_signal, 0, 0, 0) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_DEATH_SIGNAL);
  // If the parent died before that, its signal never comes. In a PID namespace of its own a process has no parent that it could name.
  const struct rmrun_confinement *confinement = launch->request->confinement;
  if (confinement != NULL && confinement->namespaces & CLONE_NEWPID) return;
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

/// Whether an open directory is the one that this process is in.
static bool is_here(int directory) {
  struct stat there, here;
  return fstat(directory, &there) == 0 && stat(".", &here) == 0 && there.st_dev == here.st_dev &&
         there.st_ino == here.st_ino;
}

static void enter_directory(struct launch *launch) {
  const struct rmrun_spawn_request *request = launch->request;
  const struct rmrun_confinement *confinement = request->confinement;
  if (confinement != NULL && confinement->directory != NULL) {
    if (chdir(confinement->directory) < 0) fail(launch, RMRUN_SPAWN_STAGE_DIRECTORY);
    if (request->is_in_directory && !is_here(request->directory_fd)) {
      errno = ESTALE;
      fail(launch, RMRUN_SPAWN_STAGE_DIRECTORY);
    }
  } else if (request->directory_fd >= 0 && fchdir(request->directory_fd) < 0) {
    fail(launch, RMRUN_SPAWN_STAGE_DIRECTORY);
  }
}

static void set_up_namespaces(struct launch *launch, const struct rmrun_confinement *confinement) {
  int32_t failed = -1;
  if (rmrun_make_mounts(confinement, &failed) < 0) {
    launch->index = failed;
    fail(launch, RMRUN_SPAWN_STAGE_MOUNTS);
  }
  if (confinement->namespaces & CLONE_NEWNET && rmrun_loopback_up() < 0) fail(launch, RMRUN_SPAWN_STAGE_NETWORK);
}

/// From here to the exec: in the process that becomes the command.
static void become_command(struct launch *launch) {
  const struct rmrun_spawn_request *request = launch->request;
  const struct rmrun_confinement *confinement = request->confinement;
  if (confinement != NULL) set_up_namespaces(launch, confinement);
  enter_directory(launch);
  // After all that opens a descriptor: RLIMIT_NOFILE may be among them.
  set_limits(launch);
  if (request->closes_other_descriptors) close_others(launch);
  if (confinement != NULL) {
    if (confinement->closes_descriptors && rmrun_keep_descriptors(confinement) < 0)
      fail(launch, RMRUN_SPAWN_STAGE_DESCRIPTORS);
    // The right to set a filter goes with the identity; whoever gains no privileges by an exec needs none.
    if (!confinement->no_new_privileges && rmrun_install_filter(confinement) < 0) fail(launch, RMRUN_SPAWN_STAGE_FILTER);
    if (rmrun_set_identity(confinement) < 0) fail(launch, RMRUN_SPAWN_STAGE_IDENTITY);
  }
  // A change of user or capabilities clears it. Source: PR_SET_PDEATHSIG(2const).
  set_death_signal(launch);
  set_signals(launch);
  if (confinement != NULL) {
    if (rmrun_restrict(confinement) < 0) fail(launch, RMRUN_SPAWN_STAGE_RESTRICTION);
    if (confinement->no_new_privileges && rmrun_install_filter(confinement) < 0) fail(launch, RMRUN_SPAWN_STAGE_FILTER);
  }
  execve(request->path, request->argv, request->envp);
  fail(launch, RMRUN_SPAWN_STAGE_EXEC);
}

static int become_command_by_clone(void *argument) {
  become_command(argument);
  return 127;
}

/// Starts the first process of a new PID namespace (`inner_init.c`), then the command as the supervisor's own child; this process was between
/// them only.
static _Noreturn void start_in_pid_namespace(struct launch *launch) {
  int start[2];
  if (pipe2(start, O_CLOEXEC) < 0) fail(launch, RMRUN_SPAWN_STAGE_NAMESPACES);
  // A fork: it may not share the supervisor's memory for longer than the launch. Not fork(3), whose handlers are the supervisor's.
  long first = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (first < 0) fail(launch, RMRUN_SPAWN_STAGE_NAMESPACES);
  if (first == 0) rmrun_inner_init(start[0]);
  // The two mustn't use one stack: this process's frames are needed again.
  pid_t command = clone(become_command_by_clone, launch->stack + STACK_SIZE / 2,
                        CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, launch);
  if (command < 0) fail(launch, RMRUN_SPAWN_STAGE_NAMESPACES);
  launch->command = command;
  _exit(0);
}

void rmrun_enter(void *argument) {
  struct launch *launch = argument;
  const struct rmrun_spawn_request *request = launch->request;
  const struct rmrun_confinement *confinement = request->confinement;
  if (launch->joins_group && write_number(request->cgroup_fd, "cgroup.procs", 0) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_CGROUP);
  if (request->sets_oom_score && write_number(AT_FDCWD, "/proc/self/oom_score_adj", request->oom_score) < 0)
    fail(launch, RMRUN_SPAWN_STAGE_OOM_SCORE);
  set_scheduling(launch);
  set_stdio(launch);
  if (confinement != NULL && confinement->namespaces != 0) {
    if (confinement->namespaces & CLONE_NEWUSER && rmrun_map_identity(launch->user, launch->group) < 0)
      fail(launch, RMRUN_SPAWN_STAGE_NAMESPACES);
    if (rmrun_unshare(confinement->namespaces) < 0) fail(launch, RMRUN_SPAWN_STAGE_NAMESPACES);
    if (confinement->namespaces & CLONE_NEWPID) start_in_pid_namespace(launch);
  }
  become_command(launch);
}
