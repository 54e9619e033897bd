#include "guardian.h"

#include "rmrun_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Ending a job that has no group: everything whose environment names it. Async-signal-safe throughout.
//
// A process that cleared its environment isn't found here; the supervisor, while it lived, found those by descent.

/// Whether one of the NUL-terminated strings of an environment is the marker.
static bool has_marker(int process, const char *marker) {
  int fd = openat(process, "environ", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t length = strlen(marker);
  size_t matched = 0;
  bool differs = false, found = false;
  char buffer[4096];
  ssize_t count;
  while (!found && (count = read(fd, buffer, sizeof buffer)) > 0) {
    for (ssize_t at = 0; at < count && !found; at++) {
      if (buffer[at] == 0) {
        found = !differs && matched == length;
        matched = 0;
        differs = false;
      } else if (!differs && matched < length && buffer[at] == marker[matched]) {
        matched++;
      } else {
        differs = true;
      }
    }
  }
  close(fd);
  return found;
}

static pid_t number_of(const char *name) {
  int64_t number = 0;
  for (; *name; name++) {
    if (*name < '0' || *name > '9' || number > INT32_MAX / 10) return -1;
    number = number * 10 + (*name - '0');
  }
  return number > INT32_MAX ? -1 : (pid_t)number;
}

/// Kills one process if it carries the marker and is of our own user. Through a pidfd opened before it was looked at,
/// so that a number that was given to another process meanwhile is never hit.
static bool kill_if_marked(int proc, const char *name, const char *marker) {
  pid_t pid = number_of(name);
  if (pid <= 1 || pid == getpid()) return false;
  int pidfd = rmrun_pidfd_open(pid);
  if (pidfd < 0) return false;
  bool killed = false;
  int process = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (process >= 0) {
    struct stat status;
    if (fstat(process, &status) == 0 && status.st_uid == geteuid() && has_marker(process, marker))
      killed = rmrun_pidfd_send_signal(pidfd, SIGKILL) == 0;
    close(process);
  }
  close(pidfd);
  return killed;
}

static int kill_all_marked(const char *marker) {
  struct guardian_directory proc = {.fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  struct guardian_entry entry;
  int killed = 0;
  if (proc.fd < 0) return 0;
  while (guardian_next_entry(&proc, &entry))
    if (entry.name[0] >= '0' && entry.name[0] <= '9' && kill_if_marked(proc.fd, entry.name, marker)) killed++;
  close(proc.fd);
  return killed;
}

void guardian_kill_marked(const char *marker, int64_t deadline) {
  // One clean pass isn't proof: a child may take a number that the pass had already gone by while its parent ends.
  for (int clean = 0; clean < 3 && guardian_now() < deadline;) {
    clean = kill_all_marked(marker) == 0 ? clean + 1 : 0;
    guardian_sleep(1);
  }
}
