#ifndef RMRUN_GUARDIAN_H
#define RMRUN_GUARDIAN_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The guardian: a small process that outlives the supervisor, and ends the jobs that it left.
///
/// It is forked without an exec (no start-up, and nothing that a job could replace), and is C because a fork of a Swift
/// program may run none of its code. It leaves the session, blocks all signals, holds no descriptor but its own,
/// and sleeps. What it needs at the supervisor's death it was given before: the groups' directories.

enum {
  /// How many jobs one guardian watches at most.
  RMRUN_GUARDIAN_JOBS = 65536,
  /// The longest name of a group or a marker, with its terminating NUL.
  RMRUN_GUARDIAN_NAME_SIZE = 256,
};

struct rmrun_guardian {
  int32_t pid;
  int32_t pidfd;
  /// The supervisor's end of the socket.
  int32_t socket;
};

/// Starts a guardian. If `recovery` isn't NULL it is the path, and `argv` and `envp` the rest, of a command that the
/// guardian turns into once it has ended the jobs of a dead supervisor.
int32_t rmrun_guardian_start(const char *_Nullable recovery, char *_Nullable const *_Nullable argv,
                             char *_Nullable const *_Nullable envp, struct rmrun_guardian *guardian);

/// Has a group watched: `group` is its directory, `parent` the directory above it, `name` its name there.
/// O_PATH descriptors will do. Returns 0 when the guardian has confirmed it.
/// `-ETIMEDOUT`: it doesn't answer (somebody stopped it). `-EPIPE`: it is dead.
int32_t rmrun_guardian_watch_group(int32_t socket, uint64_t id, int32_t group, int32_t parent, const char *name);

/// Has the processes watched whose environment has `marker` (`NAME=value`).
int32_t rmrun_guardian_watch_marker(int32_t socket, uint64_t id, const char *marker);

/// Has the group watched in which a job's group `name` is about to be made, or a group `rmrun` for it: if the supervisor
/// dies before the job's own watch begins, or after it ended, what is empty there is removed. Doesn't wait for an answer.
int32_t rmrun_guardian_watch_place(int32_t socket, uint64_t id, int32_t directory, const char *name);

/// Has the project of a directory watched: if the supervisor dies, its limit is taken away, and with it the record `name` in `records`, whose
/// name ends in the project's number. Returns 0 when the guardian has confirmed it.
int32_t rmrun_guardian_watch_project(int32_t socket, uint64_t id, int32_t directory, int32_t records, const char *name);

/// Ends a watch. Doesn't wait for an answer: messages keep their order.
int32_t rmrun_guardian_release(int32_t socket, uint64_t id);

#pragma clang assume_nonnull end
#endif
