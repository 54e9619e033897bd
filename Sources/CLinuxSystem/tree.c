#include "rmrun_space.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// Walks over a tree that somebody changes meanwhile, and may have made to lead astray: no link is followed, no other file system entered,
// and whatever the tree is, a walk ends and takes no memory but its stack.

enum {
  // A level holds a descriptor; what lies deeper is passed over.
  DEPTH = 200,
  // An endless directory ends the walk.
  ENTRIES = 1 << 22,
};

struct walk {
  dev_t device;
  uint32_t entries;
  void (*visit)(struct walk *walk, int directory, const char *name, const struct stat *status);
  // Of the visitors.
  uint64_t bytes;
  uint32_t from, to;
};

static void walk_directory(struct walk *walk, int directory, int depth);

static void enter(struct walk *walk, int directory, const char *name, int depth) {
  int below = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (below < 0) return;
  struct stat status;
  // Another one may have been mounted since.
  if (fstat(below, &status) == 0 && status.st_dev == walk->device) walk_directory(walk, below, depth);
  close(below);
}

static void look_at(struct walk *walk, int directory, const char *name, int depth) {
  struct stat status;
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0) return;
  if (status.st_dev != walk->device) return;
  walk->visit(walk, directory, name, &status);
  if (S_ISDIR(status.st_mode) && depth < DEPTH) enter(walk, directory, name, depth + 1);
}

static void walk_directory(struct walk *walk, int directory, int depth) {
  char buffer[2048] __attribute__((aligned(8)));
  ssize_t filled;
  while ((filled = getdents64(directory, buffer, sizeof buffer)) > 0) {
    for (ssize_t at = 0; at < filled;) {
      struct dirent64 *entry = (struct dirent64 *)(void *)(buffer + at);
      at += entry->d_reclen;
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (walk->entries++ >= ENTRIES) return;
      look_at(walk, directory, entry->d_name, depth);
    }
  }
}

/// Begins at an open directory, through an open file of its own: the position belongs to that.
static int begin(struct walk *walk, int directory) {
  struct stat status;
  int listing = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (listing < 0) return -errno;
  int result = fstat(listing, &status) < 0 ? -errno : 0;
  if (result == 0) {
    walk->device = status.st_dev;
    walk->visit(walk, listing, ".", &status);
    walk_directory(walk, listing, 0);
  }
  close(listing);
  return result;
}

static void add_space(struct walk *walk, int directory, const char *name, const struct stat *status) {
  (void)directory, (void)name;
  // Source: stat(2): blocks of 512 bytes, whatever st_blksize is. A directory's names are its own business.
  uint64_t bytes = (uint64_t)status->st_blocks * 512;
  walk->bytes += S_ISDIR(status->st_mode) || status->st_nlink < 2 ? bytes : bytes / status->st_nlink;
}

static uint64_t thread_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int32_t rmrun_tree_space(int32_t directory, struct rmrun_tree_space *space) {
  uint64_t start = thread_time();
  struct walk walk = {.visit = add_space};
  int result = begin(&walk, directory);
  if (result < 0) return result;
  *space = (struct rmrun_tree_space){.bytes = walk.bytes, .cpu_nanoseconds = thread_time() - start};
  return 0;
}

// Projects. Source: ioctl_fsgetxattr(2), linux/fs.h.

int32_t rmrun_get_project(int32_t fd, uint32_t *project) {
  struct fsxattr attributes;
  if (ioctl(fd, FS_IOC_FSGETXATTR, &attributes) < 0) return -errno;
  *project = attributes.fsx_projid;
  return 0;
}

static int move(int fd, uint32_t from, uint32_t to, bool is_directory) {
  struct fsxattr attributes;
  if (ioctl(fd, FS_IOC_FSGETXATTR, &attributes) < 0) return -errno;
  if (attributes.fsx_projid != from && attributes.fsx_projid != to) return 0;
  uint32_t flags = attributes.fsx_xflags & ~(uint32_t)FS_XFLAG_PROJINHERIT;
  if (is_directory && to != 0) flags |= FS_XFLAG_PROJINHERIT;
  if (attributes.fsx_projid == to && attributes.fsx_xflags == flags) return 0;
  attributes.fsx_projid = to;
  attributes.fsx_xflags = flags;
  return ioctl(fd, FS_IOC_FSSETXATTR, &attributes) < 0 ? -errno : 0;
}

static void move_entry(struct walk *walk, int directory, const char *name, const struct stat *status) {
  // Others can't be opened for it (links), or to no good (devices); they hold next to nothing.
  if (!S_ISDIR(status->st_mode) && !S_ISREG(status->st_mode)) return;
  int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return;
  move(fd, walk->from, walk->to, S_ISDIR(status->st_mode));
  close(fd);
}

int32_t rmrun_tree_set_project(int32_t directory, uint32_t from, uint32_t to) {
  struct walk walk = {.visit = move_entry, .from = from, .to = to};
  int listing = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (listing < 0) return -errno;
  int result = move(listing, from, to, true);
  close(listing);
  return result < 0 ? result : begin(&walk, directory);
}

int32_t rmrun_is_removed(int32_t directory) {
  struct stat status;
  return fstat(directory, &status) < 0 ? -errno : status.st_nlink == 0;
}
