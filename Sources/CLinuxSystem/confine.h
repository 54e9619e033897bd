#ifndef RMRUN_CONFINE_PRIVATE_H
#define RMRUN_CONFINE_PRIVATE_H

#include "rmrun_confine.h"

// The child's side of a confinement. All of it runs between clone and exec, in memory that is the supervisor's: no malloc, no stdio,
// no locks. Each returns 0, or -1 with errno.

/// Maps the user and group that this process has outside to themselves. To be called in a new user namespace.
int rmrun_map_identity(uint32_t user, uint32_t group);
/// Enters new namespaces of its own, but for that of users, which clone has to make.
int rmrun_unshare(uint64_t namespaces);
/// Brings up the loopback interface of a new network namespace.
int rmrun_loopback_up(void);
/// Makes the mounts; `failed` is the step that failed.
int rmrun_make_mounts(const struct rmrun_confinement *confinement, int32_t *failed);

/// Closes all descriptors above 2 on exec but those that are kept.
int rmrun_keep_descriptors(const struct rmrun_confinement *confinement);
/// Sets groups, group and user, and drops capabilities.
int rmrun_set_identity(const struct rmrun_confinement *confinement);
/// No program that is executed from here on gains a privilege; then the rules about files, signals and sockets.
int rmrun_restrict(const struct rmrun_confinement *confinement);
/// Installs the filter: the last thing before the exec.
int rmrun_install_filter(const struct rmrun_confinement *confinement);

/// The first process of a job's PID namespace. It waits for what nobody else waits for, and ends with the last process but itself. `start`
/// is a pipe that is closed once the command was started, or was not.
_Noreturn void rmrun_inner_init(int start);

#endif
