#include "rmrun_space.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Walks over a tree that somebody changes meanwhile, and may have made to lead astray: no link is followed, no other file system entered,
// and whatever the tree is, a walk ends and takes no memory but its stack.

struct walk {
  dev_t device;
  // An endless directory ends the walk.
  uint32_t entries, most;
  void (*visit)(struct walk *walk, int directory, const char *name, const struct stat *status);
  struct rmrun_tree_missed *missed;
  // Of the visitors.
  uint64_t bytes, shares;
  const struct rmrun_tree_move *move;
};

static void walk_directory(struct walk *walk, int directory, int depth);

/// What is gone, or another one since, is not missed.
static void miss(struct walk *walk, int failure) {
  if (failure == ENOENT || failure == ELOOP || failure == ENOTDIR || failure == EXDEV) return;
  walk->missed->unopened++;
  walk->missed->failure = failure;
}

/// Opens what a directory holds, and nothing that is mounted there: that can be of the same file system, and lies elsewhere.
static int open_below(int directory, const char *name, int flags) {
  struct open_how how = {.flags = (uint64_t)(flags | O_NOFOLLOW | O_CLOEXEC), .resolve = RESOLVE_NO_XDEV};
  long fd = syscall(SYS_openat2, directory, name, &how, sizeof how);
  // Before Linux 5.6, and in containers that don't know the call.
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC);
  return (int)fd;
}

static void enter(struct walk *walk, int directory, const char *name, int depth) {
  // A level holds a descriptor.
  if (depth > RMRUN_TREE_DEPTH) {
    walk->missed->deep++;
    return;
  }
  int below = open_below(directory, name, O_RDONLY | O_DIRECTORY);
  if (below < 0) return miss(walk, errno);
  struct stat status;
  // Another one may have been mounted since.
  if (fstat(below, &status) == 0 && status.st_dev == walk->device) walk_directory(walk, below, depth);
  close(below);
}

static void look_at(struct walk *walk, int directory, const char *name, int depth) {
  struct stat status;
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0) return miss(walk, errno);
  if (status.st_dev != walk->device) return;
  walk->visit(walk, directory, name, &status);
  if (S_ISDIR(status.st_mode)) enter(walk, directory, name, depth + 1);
}

static void walk_directory(struct walk *walk, int directory, int depth) {
  char buffer[2048] __attribute__((aligned(8)));
  ssize_t filled;
  while ((filled = getdents64(directory, buffer, sizeof buffer)) > 0) {
    for (ssize_t at = 0; at < filled;) {
      struct dirent64 *entry = (struct dirent64 *)(void *)(buffer + at);
      at += entry->d_reclen;
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (walk->entries >= walk->most) {
        walk->missed->is_endless = true;
        return;
      }
      walk->entries++;
      look_at(walk, directory, entry->d_name, depth);
    }
  }
  if (filled < 0) miss(walk, errno);
}

/// Walks over what an open directory holds, through an open file of its own: the position belongs to that.
static int walk_below(struct walk *walk, int directory) {
  struct stat status;
  int listing = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (listing < 0) return -errno;
  int result = fstat(listing, &status) < 0 ? -errno : 0;
  if (result == 0) {
    walk->device = status.st_dev;
    walk_directory(walk, listing, 0);
  }
  close(listing);
  return result;
}

enum { WHOLE = 1 << 16 };  // a file, in the parts that its names count for

static void add_space(struct walk *walk, int directory, const char *name, const struct stat *status) {
  (void)directory, (void)name;
  // Source: stat(2): blocks of 512 bytes, whatever st_blksize is. A directory's names are its own business.
  uint64_t bytes = (uint64_t)status->st_blocks * 512;
  uint64_t names = S_ISDIR(status->st_mode) || status->st_nlink < 2 ? 1 : status->st_nlink;
  walk->bytes += bytes / names;
  // Rounded up, so that the parts make a whole.
  walk->shares += (WHOLE + names - 1) / names;
}

static uint64_t thread_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int32_t rmrun_tree_space(int32_t directory, uint32_t most, struct rmrun_tree_space *space) {
  uint64_t start = thread_time();
  struct rmrun_tree_missed missed = {0};
  struct walk walk = {.most = most, .visit = add_space, .missed = &missed};
  struct stat status;
  if (fstat(directory, &status) < 0) return -errno;
  add_space(&walk, directory, ".", &status);
  int result = walk_below(&walk, directory);
  if (result < 0) return result;
  *space = (struct rmrun_tree_space){
      .bytes = walk.bytes, .files = walk.shares / WHOLE, .cpu_nanoseconds = thread_time() - start, .missed = missed};
  return 0;
}

// Projects. Source: ioctl_fsgetxattr(2), linux/fs.h.

int32_t rmrun_get_project(int32_t fd, uint32_t *project) {
  struct fsxattr attributes;
  if (ioctl(fd, FS_IOC_FSGETXATTR, &attributes) < 0) return -errno;
  *project = attributes.fsx_projid;
  return 0;
}

int32_t rmrun_get_inherited_project(int32_t directory, uint32_t *project) {
  struct stat here, above;
  int parent = openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0) return -errno;
  struct fsxattr attributes;
  int result = fstat(directory, &here) < 0 || fstat(parent, &above) < 0 ? -errno : 0;
  *project = 0;
  // What is mounted inherits nothing.
  if (result == 0 && here.st_dev == above.st_dev) {
    result = ioctl(parent, FS_IOC_FSGETXATTR, &attributes) < 0 ? -errno : 0;
    if (result == 0 && attributes.fsx_xflags & FS_XFLAG_PROJINHERIT) *project = attributes.fsx_projid;
  }
  close(parent);
  return result;
}

static bool is_moved(const struct rmrun_tree_move *move, uint32_t project) {
  for (size_t index = 0; index < move->from_count; index++)
    if (move->from[index] == project) return true;
  return project == move->to;
}

static void note_other(struct rmrun_tree_missed *missed, uint32_t project) {
  missed->others++;
  for (uint32_t index = 0; index < missed->project_count; index++)
    if (missed->projects[index] == project) return;
  if (missed->project_count < RMRUN_TREE_PROJECTS) missed->projects[missed->project_count++] = project;
}

static int move(struct walk *walk, int fd, bool is_directory) {
  struct fsxattr attributes;
  if (ioctl(fd, FS_IOC_FSGETXATTR, &attributes) < 0) return -errno;
  uint32_t to = walk->move->to;
  if (!is_moved(walk->move, attributes.fsx_projid)) {
    note_other(walk->missed, attributes.fsx_projid);
    return 0;
  }
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
  int fd = open_below(directory, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    // A directory is missed once, as it is entered.
    if (!S_ISDIR(status->st_mode)) miss(walk, errno);
    return;
  }
  int result = move(walk, fd, S_ISDIR(status->st_mode));
  if (result < 0) miss(walk, -result);
  close(fd);
}

int32_t rmrun_tree_set_project(int32_t directory, const struct rmrun_tree_move *how, struct rmrun_tree_missed *missed) {
  *missed = (struct rmrun_tree_missed){0};
  struct walk walk = {.most = how->most, .visit = move_entry, .missed = missed, .move = how};
  int listing = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (listing < 0) return -errno;
  int result = how->ends_with_root ? 0 : move(&walk, listing, true);
  if (result == 0) result = walk_below(&walk, listing);
  if (result == 0 && how->ends_with_root) result = move(&walk, listing, true);
  close(listing);
  return result;
}

int32_t rmrun_is_removed(int32_t directory) {
  struct stat status;
  return fstat(directory, &status) < 0 ? -errno : status.st_nlink == 0;
}
