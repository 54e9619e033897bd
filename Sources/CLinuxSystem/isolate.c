#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The new mount interface. Its numbers are the same on every machine; glibc before 2.36 has no wrappers, and its header clashes with the
// kernel's. Source: linux/mount.h, open_tree(2), move_mount(2), mount_setattr(2).
enum {
  NR_open_tree = 428,
  NR_move_mount = 429,
  NR_mount_setattr = 442,
  TREE_CLONE = 1,
  TREE_CLOEXEC = O_CLOEXEC,
  MOVE_FROM_EMPTY = 4,
  ATTRIBUTE_READ_ONLY = 1,
};

struct attributes {
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t user_namespace;
};

/// Opens a file of /proc/self and writes a text; not dprintf, which may allocate.
static int write_text(const char *path, const char *text, size_t length) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t written = write(fd, text, length);
  int failure = errno;
  close(fd);
  errno = failure;
  return written < 0 ? -1 : 0;
}

/// Writes `N N 1`: the number is the same inside.
static int write_map(const char *path, uint32_t number) {
  char text[32];
  size_t at = sizeof text;
  text[--at] = '1';
  for (int turn = 0; turn < 2; turn++) {
    uint32_t rest = number;
    text[--at] = ' ';
    do {
      text[--at] = (char)('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
  }
  return write_text(path, text + at, sizeof text - at);
}

int rmrun_map_identity(uint32_t user, uint32_t group) {
  if (write_map("/proc/self/uid_map", user) < 0) return -1;
  // Without it a group that denies its members something could be left. Source: user_namespaces(7).
  if (write_text("/proc/self/setgroups", "deny", 4) < 0) return -1;
  return write_map("/proc/self/gid_map", group);
}

int rmrun_unshare(uint64_t namespaces) {
  int rest = (int)(namespaces & ~(uint64_t)CLONE_NEWUSER);
  return rest == 0 ? 0 : unshare(rest);
}

int rmrun_loopback_up(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int result = ioctl(fd, SIOCSIFFLAGS, &request);
  int failure = errno;
  close(fd);
  errno = failure;
  return result;
}

static int set_read_only(const char *path, bool recursively) {
  struct attributes attributes = {.set = ATTRIBUTE_READ_ONLY};
  return (int)syscall(NR_mount_setattr, AT_FDCWD, path, recursively ? AT_RECURSIVE : 0, &attributes,
                      sizeof attributes);
}

static int keep(const char *path, int *slot) {
  long fd = syscall(NR_open_tree, AT_FDCWD, path, TREE_CLONE | TREE_CLOEXEC | AT_RECURSIVE);
  if (fd < 0) return -1;
  *slot = (int)fd;
  return 0;
}

static int place(int *slot, const char *path) {
  int result = (int)syscall(NR_move_mount, *slot, "", AT_FDCWD, path, MOVE_FROM_EMPTY);
  int failure = errno;
  close(*slot);
  errno = failure;
  *slot = -1;
  return result;
}

/// Whatever the umask is.
static int make_directory(const char *path, mode_t mode) {
  if (mkdir(path, mode) < 0) return errno == EEXIST ? 0 : -1;
  return chmod(path, mode);
}

static int make_file(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) return -1;
  close(fd);
  return 0;
}

static int make_mount(const struct rmrun_mount_step *step, int slots[RMRUN_MOUNT_SLOTS]) {
  switch (step->kind) {
    case RMRUN_MOUNT_PRIVATE: return mount(NULL, step->path, NULL, MS_REC | MS_PRIVATE, NULL);
    case RMRUN_MOUNT_KEEP: return keep(step->path, &slots[step->slot]);
    case RMRUN_MOUNT_PLACE: return place(&slots[step->slot], step->path);
    case RMRUN_MOUNT_READ_ONLY: return set_read_only(step->path, step->flags != 0);
    case RMRUN_MOUNT_SEAL:
      if (mount(step->path, step->path, NULL, MS_BIND, NULL) < 0) return -1;
      return set_read_only(step->path, false);
    case RMRUN_MOUNT_FILE_SYSTEM:
      return mount(step->type, step->path, step->type, (unsigned long)step->flags, step->data);
    case RMRUN_MOUNT_DIRECTORY: return make_directory(step->path, (mode_t)step->flags);
    case RMRUN_MOUNT_FILE: return make_file(step->path);
    case RMRUN_MOUNT_LINK: return symlink(step->data, step->path);
    default: errno = EINVAL; return -1;
  }
}

int rmrun_make_mounts(const struct rmrun_confinement *confinement, int32_t *failed) {
  int slots[RMRUN_MOUNT_SLOTS];
  for (size_t index = 0; index < confinement->mount_count; index++) {
    if (make_mount(&confinement->mounts[index], slots) == 0) continue;
    *failed = (int32_t)index;
    return -1;
  }
  return 0;
}
