#include "guardian.h"

#include "rmrun_space.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

// The project that a dead supervisor's job had its work directory in. Async-signal-safe throughout.

/// The number that the name of a record ends in, `8:16-1382940676`; 0 if there is none.
static uint32_t project_of(const char *name) {
  const char *at = strrchr(name, '-');
  uint64_t number = 0;
  if (at == NULL) return 0;
  for (at++; *at >= '0' && *at <= '9'; at++) {
    number = number * 10 + (uint64_t)(*at - '0');
    if (number > UINT32_MAX) return 0;
  }
  return *at == 0 ? (uint32_t)number : 0;
}

void guardian_free_project(const struct guardian_watch *watch) {
  uint32_t project = project_of(watch->name);
  if (project == 0) return;
  int record = openat(watch->parent, watch->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (record < 0) return;
  // Whoever holds it has begun a job in that very directory, whose limit it is now.
  // And what has no name any more says nothing: a new record of that name may be another job's.
  if (flock(record, LOCK_EX | LOCK_NB) == 0 && guardian_is_named(watch->parent, watch->name, record) &&
      rmrun_set_project_limits(watch->group, project, 0, 0) >= 0)
    unlinkat(watch->parent, watch->name, 0);
  close(record);
}
