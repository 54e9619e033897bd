#ifndef RMRUN_LAUNCH_H
#define RMRUN_LAUNCH_H

#include "rmrun_spawn.h"

#include <sys/types.h>

// The child's own stack, of which a command in a PID namespace of its own gets the lower half. The deepest path is enter -> libc wrapper: well
// under 4 KiB.
enum { STACK_SIZE = 64 * 1024, GUARD_SIZE = 64 * 1024 };

/// One launch, in memory that the parent and its child share.
struct launch {
  const struct rmrun_spawn_request *request;
  struct rmrun_spawn_result *result;
  pid_t parent;
  uid_t user;
  gid_t group;
  char *stack;
  /// The command, where it is not the child itself; -1 else. Volatile as below.
  volatile pid_t command;
  // Whether the child must move itself into the group, because clone3 couldn't.
  bool joins_group;
  // The child's errno. Volatile: the parent must reread it after the child, in the same memory, wrote it.
  volatile int32_t failure;
  volatile int32_t stage;
  volatile int32_t index;
};

/// What the child does, up to its exec. Never returns.
void rmrun_enter(void *launch);

#endif
