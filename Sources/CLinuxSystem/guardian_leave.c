#include "guardian.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Undoing what a dead supervisor did to the group that its jobs' groups were made in. Async-signal-safe throughout.
//
// There are two kinds of such places (PlacementPlan chooses): a plain group `rmrun` that was made for jobs, and the supervisor's own
// group, which it left for a leaf so that the group could hand controllers on. The first is removed when it is empty. In the second
// the controllers are taken back, and the guardian, by then the leaf's only process, goes back and removes the leaf.

/// How long the guardian tries to leave the leaf. Beyond that it stays, and the next supervisor uses it.
enum { LEAVING_MILLISECONDS = 2000 };

static const char base_name[] = "rmrun";
static const char leaf_name[] = "rmrun-supervisor";
static const char main_name[] = "main";

bool guardian_is_named(int directory, const char *name, int held) {
  struct stat named, known;
  return fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(held, &known) == 0 &&
         named.st_dev == known.st_dev && named.st_ino == known.st_ino;
}

static void remove_base(int base) {
  int above = guardian_open_directory(base, "..");
  if (above < 0) return;
  // In use by another supervisor it is not empty, and stays.
  if (guardian_is_named(above, base_name, base)) unlinkat(above, base_name, AT_REMOVEDIR);
  close(above);
}

/// Whether the leaf is the only group below, so that nobody else needs the controllers.
static bool has_leaf_alone(int group) {
  struct guardian_directory listing = {.fd = guardian_open_directory(group, ".")};
  struct guardian_entry entry;
  bool has_leaf = false, has_other = listing.fd < 0;
  while (!has_other && guardian_next_entry(&listing, &entry)) {
    if (entry.type != DT_DIR) continue;
    if (strcmp(entry.name, leaf_name) == 0)
      has_leaf = true;
    else
      has_other = true;
  }
  if (listing.fd >= 0) close(listing.fd);
  return has_leaf && !has_other;
}

static ssize_t read_control(int group, const char *name, char *text, size_t size) {
  int fd = openat(group, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return -1;
  ssize_t count = read(fd, text, size - 1);
  close(fd);
  text[count < 0 ? 0 : count] = 0;
  return count;
}

/// Who is in the leaf.
enum occupants { NOBODY, GUARDIAN_ALONE, OTHERS };

static enum occupants occupants_of(int group) {
  char text[64];
  char *end;
  ssize_t count = read_control(group, "cgroup.procs", text, sizeof text);
  if (count == 0) return NOBODY;
  return count > 0 && strtol(text, &end, 10) == getpid() && strcmp(end, "\n") == 0 ? GUARDIAN_ALONE : OTHERS;
}

/// A populated group can't have handed controllers on before its supervisor left it, so all that it hands on is ours to take back.
static void take_controllers_back(int group) {
  char text[256], word[64];
  if (read_control(group, "cgroup.subtree_control", text, sizeof text) <= 0) return;
  char *rest = text, *name;
  while ((name = strsep(&rest, " \n")) != NULL) {
    size_t length = strlen(name);
    if (length == 0 || length + 2 > sizeof word) continue;
    word[0] = '-';
    memcpy(word + 1, name, length + 1);
    guardian_write_file(group, "cgroup.subtree_control", word);
  }
}

/// Leaves the leaf and removes it. Returns false where it may go better in a moment.
static bool try_to_leave_leaf(int group) {
  if (!has_leaf_alone(group)) return true;
  int leaf = guardian_open_directory(group, leaf_name);
  if (leaf < 0) return errno == ENOENT;
  enum occupants inside = occupants_of(leaf);
  close(leaf);
  if (inside == OTHERS) return false;
  if (inside == GUARDIAN_ALONE) {
    take_controllers_back(group);
    if (!guardian_write_file(group, "cgroup.procs", "0")) return false;
  }
  // The supervisor moves first: killed before its guardian followed it there or back, it leaves the leaf empty.
  return unlinkat(group, leaf_name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

/// A dead supervisor's threads can be listed in the leaf, and a group that is empty can be busy, for some milliseconds. Others who live in
/// the leaf stay, and it with them.
static void leave_leaf(int group) {
  int64_t deadline = guardian_now() + LEAVING_MILLISECONDS;
  for (int64_t pause = 1; !try_to_leave_leaf(group) && guardian_now() < deadline; pause = pause < 100 ? pause * 2 : pause)
    guardian_sleep(pause);
}

void guardian_leave(const struct guardian_watch *watch) {
  remove_base(watch->parent);
  leave_leaf(watch->parent);
}

/// Nothing runs in a group whose own watch has not begun, so only what is empty goes.
static void remove_unfinished(int base, const char *name) {
  int group = guardian_open_directory(base, name);
  if (group < 0) return;
  unlinkat(group, main_name, AT_REMOVEDIR);
  close(group);
  unlinkat(base, name, AT_REMOVEDIR);
}

void guardian_leave_place(const struct guardian_watch *watch) {
  int base = guardian_open_directory(watch->group, base_name);
  if (base >= 0) {
    remove_unfinished(base, watch->name);
    remove_base(base);
    close(base);
  }
  remove_unfinished(watch->group, watch->name);
  leave_leaf(watch->group);
}
