#ifndef RMRUN_SPACE_H
#define RMRUN_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// How much a tree of files holds, and what one such look costs.
struct rmrun_tree_space {
  /// Bytes of blocks. A file with several names counts in equal parts by each.
  uint64_t bytes;
  /// CPU time that the look took, in nanoseconds.
  uint64_t cpu_nanoseconds;
};

/// Adds up what a directory holds, without following links or leaving the file system. What changes meanwhile counts or doesn't.
///
/// C, as it runs for every file of a tree again and again: an entry takes one call and no memory, a level one descriptor.
int32_t rmrun_tree_space(int32_t directory, struct rmrun_tree_space *space);

/// Whether a directory that is open has no name any more: 1 or 0, or `-errno`.
int32_t rmrun_is_removed(int32_t directory);

/// Moves every file and directory of a tree, the directory itself included, from one project to another; what is made below later
/// belongs to it as well, unless that is 0. What belongs to others stays theirs. `-errno` if the directory itself can't be moved.
int32_t rmrun_tree_set_project(int32_t directory, uint32_t from, uint32_t to);

/// The project of an open file (FS_IOC_FSGETXATTR).
int32_t rmrun_get_project(int32_t fd, uint32_t *project);

/// Whether the file system of an open file holds its projects to limits: 1 or 0, or `-errno`. quotactl_fd(2) has no wrapper in glibc.
int32_t rmrun_enforces_projects(int32_t fd);

/// A project's use and limit.
struct rmrun_project_use {
  /// In bytes.
  uint64_t space;
  /// In bytes; 0: none.
  uint64_t limit;
};
int32_t rmrun_get_project_use(int32_t fd, uint32_t project, struct rmrun_project_use *use);

/// Bounds a project's space, in bytes, rounded down to KiB; 0 takes the bound away.
int32_t rmrun_set_project_limit(int32_t fd, uint32_t project, uint64_t bytes);

#pragma clang assume_nonnull end
#endif
