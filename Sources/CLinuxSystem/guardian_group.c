#include "guardian.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Ending and removing a group of cgroup v2, from its directory's descriptor. Async-signal-safe throughout.

enum {
  // Deeper groups are still removed one by one and killed through cgroup.kill; this bounds the fallback's stack.
  WALK_DEPTH = 128,
};

bool guardian_next_entry(struct guardian_directory *directory, struct guardian_entry *entry) {
  for (;;) {
    if (directory->at >= directory->filled) {
      directory->filled = getdents64(directory->fd, directory->buffer, sizeof directory->buffer);
      directory->at = 0;
      if (directory->filled <= 0) return false;
    }
    struct dirent64 *raw = (struct dirent64 *)(void *)(directory->buffer + directory->at);
    directory->at += raw->d_reclen;
    if (strcmp(raw->d_name, ".") == 0 || strcmp(raw->d_name, "..") == 0) continue;
    entry->name = raw->d_name;
    entry->type = raw->d_type;
    return true;
  }
}

bool guardian_write_file(int directory, const char *name, const char *text) {
  int fd = openat(directory, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  bool done = write(fd, text, strlen(text)) > 0;
  close(fd);
  return done;
}

int guardian_open_directory(int parent, const char *name) {
  return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/// SIGKILL to each number in `cgroup.procs`; 0 stands for a process of another PID namespace and is left alone.
static void kill_listed(int group) {
  int fd = openat(group, "cgroup.procs", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return;
  char buffer[1024];
  ssize_t count;
  int64_t pid = 0;
  while ((count = read(fd, buffer, sizeof buffer)) > 0) {
    for (ssize_t at = 0; at < count; at++) {
      if (buffer[at] >= '0' && buffer[at] <= '9') {
        pid = pid * 10 + (buffer[at] - '0');
      } else {
        if (pid > 1 && pid <= INT32_MAX) kill((pid_t)pid, SIGKILL);
        pid = 0;
      }
    }
  }
  close(fd);
}

static void kill_tree(int group, int depth) {
  kill_listed(group);
  if (depth == WALK_DEPTH) return;
  struct guardian_directory listing = {.fd = guardian_open_directory(group, ".")};
  struct guardian_entry entry;
  if (listing.fd < 0) return;
  while (guardian_next_entry(&listing, &entry)) {
    if (entry.type != DT_DIR) continue;
    int child = guardian_open_directory(group, entry.name);
    if (child < 0) continue;
    kill_tree(child, depth + 1);
    close(child);
  }
  close(listing.fd);
}

void guardian_kill_group(const struct guardian_watch *watch) {
  if (watch->kill >= 0 && write(watch->kill, "1", 1) > 0) return;
  if (guardian_write_file(watch->group, "cgroup.kill", "1")) return;
  // Before Linux 5.14, or where the job took the right to write it away: frozen, nothing can fork past the walk.
  guardian_write_file(watch->group, "cgroup.freeze", "1");
  kill_tree(watch->group, 0);
  guardian_write_file(watch->group, "cgroup.freeze", "0");
}

/// Whether `cgroup.events` says `populated 1`. A group that is gone is not populated.
static bool is_populated(int events) {
  char text[256];
  ssize_t count = pread(events, text, sizeof text - 1, 0);
  if (count <= 0) return false;
  text[count] = 0;
  return strstr(text, "populated 1") != NULL;
}

void guardian_await_empty(const struct guardian_watch *watch, int64_t deadline) {
  int events = openat(watch->group, "cgroup.events", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (events < 0) return;
  while (is_populated(events)) {
    int64_t left = deadline - guardian_now();
    if (left <= 0) break;
    // Each change of the file raises POLLPRI. The kill is repeated in between, for the fallback's sake.
    struct pollfd wait = {.fd = events, .events = POLLPRI};
    if (poll(&wait, 1, left < 50 ? (int)left : 50) == 0) guardian_kill_group(watch);
  }
  close(events);
}

/// The first child group's name, into `name` (NAME_MAX + 1 bytes). False if there is none.
static bool first_child(int group, char *name) {
  struct guardian_directory listing = {.fd = guardian_open_directory(group, ".")};
  struct guardian_entry entry;
  bool found = false;
  if (listing.fd < 0) return false;
  while (!found && guardian_next_entry(&listing, &entry)) {
    if (entry.type != DT_DIR || strlen(entry.name) > 255) continue;
    strcpy(name, entry.name);
    found = true;
  }
  close(listing.fd);
  return found;
}

/// Removes the deepest group on the way down along first children. Returns 1 if it removed one, 0 if there was none
/// left, `-errno` otherwise. Two descriptors suffice, however deep a job nested its groups.
static int remove_one(int root) {
  char name[256];
  int parent = -1, current = fcntl(root, F_DUPFD_CLOEXEC, 0);
  if (current < 0) return -errno;
  char child[256];
  while (first_child(current, child)) {
    int below = guardian_open_directory(current, child);
    if (below < 0) {
      int failure = errno;
      close(current);
      if (parent >= 0) close(parent);
      return failure == ENOENT ? 1 : -failure;
    }
    if (parent >= 0) close(parent);
    parent = current;
    current = below;
    strcpy(name, child);
  }
  int result = 0;
  if (parent >= 0) {
    result = unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 1 : -errno;
    close(parent);
  }
  close(current);
  return result;
}

/// Whether the name above still leads to the directory that was watched.
static bool is_same_group(const struct guardian_watch *watch) {
  struct stat named, held;
  return fstatat(watch->parent, watch->name, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(watch->group, &held) == 0 &&
         named.st_dev == held.st_dev && named.st_ino == held.st_ino;
}

void guardian_remove_group(const struct guardian_watch *watch, int64_t deadline) {
  guardian_await_empty(watch, deadline);
  // EBUSY happens for some milliseconds after `populated 0`.
  for (int64_t pause = 1;; pause = pause < 100 ? pause * 2 : pause) {
    int removed = remove_one(watch->group);
    while (removed == 1) removed = remove_one(watch->group);
    // Nothing can be opened: as a rule there is but one group below.
    if (removed < 0) removed = unlinkat(watch->group, "main", AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -errno;
    if (removed == 0) {
      if (!is_same_group(watch)) return;
      if (unlinkat(watch->parent, watch->name, AT_REMOVEDIR) == 0 || errno == ENOENT) return;
    }
    if (guardian_now() >= deadline) return;
    guardian_kill_group(watch);
    guardian_sleep(pause);
  }
}
