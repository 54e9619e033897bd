#ifndef RMRUN_GUARDIAN_PRIVATE_H
#define RMRUN_GUARDIAN_PRIVATE_H

#include "rmrun_guardian.h"

#include <stdbool.h>
#include <stdint.h>

enum guardian_message_kind {
  GUARDIAN_WATCH_GROUP = 1,
  GUARDIAN_WATCH_MARKER,
  GUARDIAN_WATCH_PLACE,
  GUARDIAN_WATCH_PROJECT,
  GUARDIAN_RELEASE,
};

/// What the supervisor sends. One datagram each; a group's two directories, a place's one, a project's two come along as SCM_RIGHTS.
struct guardian_message {
  uint32_t kind;
  uint32_t reserved;
  uint64_t id;
  char name[RMRUN_GUARDIAN_NAME_SIZE];
};

/// What the guardian answers to a watch: 0 or `-errno`.
struct guardian_answer {
  uint64_t id;
  int32_t result;
  int32_t reserved;
};

/// A job that is watched, or (`group` alone) the place in which the job `name` is being made, or the project of a directory (`group`) with its
/// record `name` in `parent`.
struct guardian_watch {
  uint32_t kind;
  int32_t group;
  int32_t parent;
  /// The group's `cgroup.kill`, open from the start: when it is needed, somebody may have left this process no descriptors. -1 where there is none.
  int32_t kill;
  char name[RMRUN_GUARDIAN_NAME_SIZE];
};

/// The guardian's life; runs in the child and never returns. `supervisor` is a pidfd, or -1.
_Noreturn void guardian_run(int socket, int supervisor, const char *recovery, char *const *argv, char *const *envp,
                            uint64_t inherited_mask);

// The monotonic clock, in milliseconds, for the guardian's own deadlines.
int64_t guardian_now(void);
void guardian_sleep(int64_t milliseconds);

/// Sends SIGKILL to all in a group and all groups below. Quick; waits for nothing.
void guardian_kill_group(const struct guardian_watch *watch);
/// Waits until a group that was killed is empty, and kills again where it must.
void guardian_await_empty(const struct guardian_watch *watch, int64_t deadline);
/// Waits until a group that was killed is empty, kills again where it must, and removes it with all groups below.
void guardian_remove_group(const struct guardian_watch *watch, int64_t deadline);
/// Undoes what the supervisor did to the group that the watched one was made in, as far as nobody else uses it.
void guardian_leave(const struct guardian_watch *watch);

/// Whether a name in a directory still is of what is held open.
bool guardian_is_named(int directory, const char *name, int held);
/// The same for a place that is watched, and removes what was made there for a job that never ran.
void guardian_leave_place(const struct guardian_watch *watch);
/// Takes the limit of a project away, and its record, unless somebody else has taken the record over.
void guardian_free_project(const struct guardian_watch *watch);
/// Kills what has the marker in its environment, until nothing has.
void guardian_kill_marked(const char *marker, int64_t deadline);

/// Reads the next entry of a directory; `state` starts zeroed. False at the end. Allocates nothing.
struct guardian_directory {
  int fd;
  long filled;
  long at;
  _Alignas(8) char buffer[2048];
};
struct guardian_entry {
  const char *name;
  unsigned char type;
};
bool guardian_next_entry(struct guardian_directory *directory, struct guardian_entry *entry);

/// Opens a directory below another, without following a link. Returns -1 with errno set on failure.
int guardian_open_directory(int parent, const char *name);
/// Writes a control file. Returns whether the kernel took it.
bool guardian_write_file(int directory, const char *name, const char *text);

#endif
