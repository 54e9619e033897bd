#include "rmrun_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

const int32_t rmrun_O_PATH = O_PATH;

int32_t rmrun_open_beneath(int32_t directory, const char *path, int32_t flags) {
  struct open_how how = {
      .flags = (uint64_t)(uint32_t)(flags | O_CLOEXEC),
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  long fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
  return fd < 0 ? -errno : (int32_t)fd;
}

int64_t rmrun_file_system_type(int32_t fd) {
  struct statfs status;
  return fstatfs(fd, &status) < 0 ? -errno : (int64_t)(uint64_t)status.f_type;
}

int32_t rmrun_file_system_id(int32_t fd, uint64_t *id) {
  struct statfs status;
  if (fstatfs(fd, &status) < 0) return -errno;
  memcpy(id, &status.f_fsid, sizeof *id);
  return 0;
}

int64_t rmrun_read_entries(int32_t directory, uint8_t *buffer, size_t size) {
  char raw[4096] __attribute__((aligned(8)));
  // A name takes less room in `buffer` than its record in `raw`, so that what one call reads always fits.
  if (size < sizeof raw) return -EINVAL;
  size_t filled = 0;
  do {
    ssize_t count = getdents64(directory, raw, sizeof raw);
    if (count < 0) return -errno;
    if (count == 0) return 0;
    for (ssize_t at = 0; at < count;) {
      struct dirent64 *entry = (struct dirent64 *)(void *)(raw + at);
      at += entry->d_reclen;
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      size_t length = strlen(entry->d_name) + 1;
      buffer[filled++] = entry->d_type == DT_UNKNOWN ? 255 : entry->d_type;
      memcpy(buffer + filled, entry->d_name, length);
      filled += length;
    }
  } while (filled == 0);
  return (int64_t)filled;
}

int64_t rmrun_get_attribute(int32_t fd, const char *name, void *value, size_t size) {
  ssize_t count = fgetxattr(fd, name, value, size);
  return count < 0 ? -errno : count;
}

int32_t rmrun_set_attribute(int32_t fd, const char *name, const void *value, size_t size) {
  return fsetxattr(fd, name, value, size, 0) < 0 ? -errno : 0;
}

int32_t rmrun_terminal_width(int32_t fd) {
  struct winsize size;
  return ioctl(fd, TIOCGWINSZ, &size) < 0 ? -errno : size.ws_col;
}

int32_t rmrun_memory_file(const char *name) {
  int fd = memfd_create(name, MFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int32_t rmrun_random(void *buffer, size_t size) {
  ssize_t count = getrandom(buffer, size, 0);
  if (count < 0) return -errno;
  return (size_t)count == size ? 0 : -EIO;
}
