#ifndef RMRUN_FILES_H
#define RMRUN_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// O_PATH: a GNU extension that Swift's Glibc module doesn't show.
extern const int32_t rmrun_O_PATH;

/// openat2(2) with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS; glibc has no wrapper.
/// `-ENOSYS` before Linux 5.6 or under a seccomp filter.
int32_t rmrun_open_beneath(int32_t directory, const char *path, int32_t flags);

/// The file system's magic number (fstatfs(2)): `struct statfs` isn't shown.
int64_t rmrun_file_system_type(int32_t fd);

/// What tells a mounted file system from others (statfs(2), f_fsid).
int32_t rmrun_file_system_id(int32_t fd, uint64_t *id);

/// Reads entries of a directory, one name after the other, NUL-terminated and each preceded by its `d_type` (255 where unknown).
/// Returns the bytes filled, 0 at the end. `.` and `..` are left out.
/// readdir(3) would need a DIR that owns the descriptor.
int64_t rmrun_read_entries(int32_t directory, uint8_t *_Nullable buffer, size_t size);

/// fgetxattr(2) and fsetxattr(2): <sys/xattr.h> isn't shown.
int64_t rmrun_get_attribute(int32_t fd, const char *name, void *_Nullable value, size_t size);
int32_t rmrun_set_attribute(int32_t fd, const char *name, const void *_Nullable value, size_t size);

/// The terminal's width in columns, or `-errno`: ioctl(2) is variadic, which Swift can't call.
int32_t rmrun_terminal_width(int32_t fd);

/// A file in memory, without a name in any directory (memfd_create(2), which Swift's Glibc module doesn't show).
int32_t rmrun_memory_file(const char *name);

/// Random bytes from the kernel (getrandom(2), which Swift's Glibc module doesn't show).
int32_t rmrun_random(void *buffer, size_t size);

#pragma clang assume_nonnull end
#endif
