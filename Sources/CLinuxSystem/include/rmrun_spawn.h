#ifndef RMRUN_SPAWN_H
#define RMRUN_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rmrun_confine.h"

#pragma clang assume_nonnull begin

/// Where in the launch a failure happened.
enum rmrun_spawn_stage {
  RMRUN_SPAWN_STAGE_NONE = 0,
  RMRUN_SPAWN_STAGE_CLONE,
  RMRUN_SPAWN_STAGE_CGROUP,
  RMRUN_SPAWN_STAGE_OOM_SCORE,
  RMRUN_SPAWN_STAGE_SCHEDULING,
  RMRUN_SPAWN_STAGE_STDIO,
  RMRUN_SPAWN_STAGE_DIRECTORY,
  RMRUN_SPAWN_STAGE_RLIMIT,
  RMRUN_SPAWN_STAGE_DEATH_SIGNAL,
  RMRUN_SPAWN_STAGE_DESCRIPTORS,
  RMRUN_SPAWN_STAGE_SIGNALS,
  RMRUN_SPAWN_STAGE_NAMESPACES,
  RMRUN_SPAWN_STAGE_MOUNTS,
  RMRUN_SPAWN_STAGE_NETWORK,
  RMRUN_SPAWN_STAGE_IDENTITY,
  RMRUN_SPAWN_STAGE_RESTRICTION,
  RMRUN_SPAWN_STAGE_FILTER,
  RMRUN_SPAWN_STAGE_EXEC,
};

/// One resource limit (setrlimit(2)); `UINT64_MAX` is "no limit", as the kernel has it.
struct rmrun_resource_limit {
  int32_t resource;
  uint64_t soft;
  uint64_t hard;
};

/// What to start. Signal sets are in the kernel's form: bit n-1 is signal n.
struct rmrun_spawn_request {
  const char *path;
  char *_Nullable const *_Nonnull argv;
  char *_Nullable const *_Nonnull envp;
  /// The cgroup v2 directory to start in, or -1.
  int32_t cgroup_fd;
  /// The working directory, or -1 for the caller's.
  int32_t directory_fd;
  /// Whether the path by which a confinement names it has to lead there.
  bool is_in_directory;
  /// What becomes descriptors 0, 1 and 2, or -1 to pass the caller's on as they are.
  int32_t stdin_fd;
  int32_t stdout_fd;
  int32_t stderr_fd;
  /// The blocked signals with which the command starts.
  uint64_t blocked_signals;
  /// The ignored ones; all others start at their default.
  uint64_t ignored_signals;
  /// A scheduling policy and its static priority to set (sched_setscheduler(2)), or -1 to leave both.
  int32_t scheduling_policy;
  int32_t scheduling_priority;
  bool sets_nice;
  int32_t nice;
  bool sets_oom_score;
  int32_t oom_score;
  /// The timer slack in nanoseconds, or 0 to leave it.
  uint64_t timer_slack;
  /// The signal to get when the supervisor's thread ends, or 0.
  int32_t death_signal;
  /// Whether descriptors above 2 are closed even where they aren't close-on-exec.
  bool closes_other_descriptors;
  const struct rmrun_resource_limit *_Nullable limits;
  size_t limit_count;
  /// What the command is confined by; NULL: nothing, and it may gain privileges as ever.
  const struct rmrun_confinement *_Nullable confinement;
};

struct rmrun_spawn_result {
  int32_t pid;
  int32_t pidfd;
  /// A `rmrun_spawn_stage`; what failed if the call returned `-errno`.
  int32_t stage;
  /// For a limit that was refused, or a mount that could not be made: its index.
  int32_t index;
  /// Whether clone3 put the child straight into the group (else it wrote itself to `cgroup.procs` before its exec).
  bool cloned_into_cgroup;
};

/// Starts a command; returns 0 once its exec succeeded, else `-errno` with `stage` set and no child left.
///
/// C, since between clone and exec the child shares the caller's memory (CLONE_VM | CLONE_VFORK: no page tables are
/// copied), so nothing there may allocate, lock or run Swift. The calling thread sleeps until the exec is done.
int32_t rmrun_spawn(const struct rmrun_spawn_request *request, struct rmrun_spawn_result *result);

#pragma clang assume_nonnull end
#endif
