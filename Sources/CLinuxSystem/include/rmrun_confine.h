#ifndef RMRUN_CONFINE_H
#define RMRUN_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What one step does to the mounts of a job's own mount namespace.
enum rmrun_mount_kind {
  /// No mount or unmount below `path` reaches other namespaces, or comes from them.
  RMRUN_MOUNT_PRIVATE,
  /// Keeps what is at `path`, with all that is mounted below, in `slot`, as it is now.
  RMRUN_MOUNT_KEEP,
  /// Shows what is in `slot` at `path`.
  RMRUN_MOUNT_PLACE,
  /// Makes the mount at `path` read-only; with all below where `flags` is not 0.
  RMRUN_MOUNT_READ_ONLY,
  /// Shows `path` at `path` again, read-only, without what is mounted below.
  RMRUN_MOUNT_SEAL,
  /// Mounts a new file system of `type` at `path`, with `flags` and `data`.
  RMRUN_MOUNT_FILE_SYSTEM,
  /// Makes a directory (it may be there), of the mode that `flags` has.
  RMRUN_MOUNT_DIRECTORY,
  /// Makes an empty file to mount another one on (it may be there).
  RMRUN_MOUNT_FILE,
  /// Makes a symbolic link at `path` that leads to `data`.
  RMRUN_MOUNT_LINK,
};

enum {
  /// How many trees can be kept.
  RMRUN_MOUNT_SLOTS = 128,
};

struct rmrun_mount_step {
  /// A `rmrun_mount_kind`.
  int32_t kind;
  /// From 0 to RMRUN_MOUNT_SLOTS - 1.
  int32_t slot;
  uint64_t flags;
  const char *path;
  const char *_Nullable type;
  const char *_Nullable data;
};

/// What a command is confined by; what is not set is left as it is.
struct rmrun_confinement {
  /// CLONE_NEW… flags.
  uint64_t namespaces;
  const struct rmrun_mount_step *_Nullable mounts;
  size_t mount_count;
  /// The working directory by its path, once the mounts are made: a descriptor would lead out of them.
  const char *_Nullable directory;
  bool sets_user;
  uint32_t user;
  bool sets_group;
  uint32_t group;
  /// The supplementary groups, where user or group are set.
  const uint32_t *_Nullable groups;
  size_t group_count;
  bool drops_capabilities;
  /// Bit n is capability n.
  uint64_t kept_capabilities;
  bool no_new_privileges;
  /// A Landlock ruleset, or -1.
  int32_t landlock_fd;
  /// The filter: struct sock_filter by struct sock_filter.
  const uint64_t *_Nullable filter;
  size_t filter_length;
  /// The same, handing refusals to a listener, and where the listener is sent; -1: nobody listens.
  const uint64_t *_Nullable notifying_filter;
  int32_t listener_socket;
  /// The descriptors above 2 that are passed on.
  const int32_t *_Nullable kept_descriptors;
  size_t kept_descriptor_count;
  bool closes_descriptors;
};

#pragma clang assume_nonnull end
#endif
