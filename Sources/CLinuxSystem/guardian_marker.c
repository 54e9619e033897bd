#include "guardian.h"

#include "rmrun_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Ending a job that has no group: everything whose environment names it, and all that descends from that, such as what
// cleared its environment, or the job of a nested rmrun. Async-signal-safe throughout.
//
// What cleared its environment and lost its parent as well isn't found here; the supervisor, while it lived, found it by
// having adopted it.

// Parents are climbed that far; numbers used twice during the climb could make it a circle.
enum { CLIMB_DEPTH = 256 };

enum relation { UNRELATED = 0, MARKED = 1, BELOW_MARKED = 2 };

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

/// The directory of a process in `/proc`, or -1.
static int open_process(int proc, pid_t pid) {
  char name[12];
  size_t at = sizeof name;
  name[--at] = 0;
  do {
    name[--at] = (char)('0' + pid % 10);
    pid /= 10;
  } while (pid > 0);
  return openat(proc, name + at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/// The parent's number from `stat` (`1234 (name) S 1 …`), where the name may hold anything; -1 if it can't be read.
static pid_t parent_of(int process) {
  char text[512];
  int fd = openat(process, "stat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t count = read(fd, text, sizeof text - 1);
  close(fd);
  if (count <= 0) return -1;
  text[count] = 0;
  char *at = strrchr(text, ')');
  if (at == NULL || strlen(at) < 5) return -1;
  at += 4;  // ") S "
  char *end = strchr(at, ' ');
  if (end == NULL) return -1;
  *end = 0;
  return number_of(at);
}

static enum relation relation_of(int proc, int process, const char *marker) {
  if (has_marker(process, marker)) return MARKED;
  pid_t parent = parent_of(process);
  for (int climbed = 0; parent > 1 && parent != getpid() && climbed < CLIMB_DEPTH; climbed++) {
    int directory = open_process(proc, parent);
    if (directory < 0) return UNRELATED;
    bool marked = has_marker(directory, marker);
    parent = parent_of(directory);
    close(directory);
    if (marked) return BELOW_MARKED;
  }
  return UNRELATED;
}

/// Signals one process if it is related as `wanted` (a set of relations) and of our own user. Through a pidfd opened
/// before it was looked at, so that a number that was given to another process meanwhile is never hit.
static bool signal_if_related(int proc, const char *name, const char *marker, int wanted, int signal) {
  pid_t pid = number_of(name);
  if (pid <= 1 || pid == getpid()) return false;
  int pidfd = rmrun_pidfd_open(pid);
  if (pidfd < 0) return false;
  bool done = false;
  int process = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (process >= 0) {
    struct stat status;
    if (fstat(process, &status) == 0 && status.st_uid == geteuid() &&
        (relation_of(proc, process, marker) & wanted) != 0)
      done = rmrun_pidfd_send_signal(pidfd, signal) == 0;
    close(process);
  }
  close(pidfd);
  return done;
}

static int signal_all_related(const char *marker, int wanted, int signal) {
  struct guardian_directory proc = {.fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  struct guardian_entry entry;
  int count = 0;
  if (proc.fd < 0) return 0;
  while (guardian_next_entry(&proc, &entry))
    if (entry.name[0] >= '0' && entry.name[0] <= '9' &&
        signal_if_related(proc.fd, entry.name, marker, wanted, signal))
      count++;
  close(proc.fd);
  return count;
}

void guardian_kill_marked(const char *marker, int64_t deadline) {
  // What is stopped neither forks nor ends, so that all that descends from it can still be told. Twice, for what was
  // forked during the first pass.
  for (int pass = 0; pass < 2; pass++) signal_all_related(marker, MARKED | BELOW_MARKED, SIGSTOP);
  signal_all_related(marker, BELOW_MARKED, SIGKILL);
  // One clean pass isn't proof: a child may take a number that the pass had already gone by while its parent ends.
  for (int clean = 0; clean < 3 && guardian_now() < deadline;) {
    clean = signal_all_related(marker, MARKED | BELOW_MARKED, SIGKILL) == 0 ? clean + 1 : 0;
    guardian_sleep(1);
  }
}
