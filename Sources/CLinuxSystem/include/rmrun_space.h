#ifndef RMRUN_SPACE_H
#define RMRUN_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
  /// What lies in more directories than so many is not reached: a level takes a descriptor.
  RMRUN_TREE_DEPTH = 200,
  /// How many foreign projects are named.
  RMRUN_TREE_PROJECTS = 32,
};

/// What a walk over a tree did not reach; all 0: nothing. What is another file system's is none of the tree's.
struct rmrun_tree_missed {
  /// Directories that lie too deep.
  uint64_t deep;
  /// Files and directories that could not be opened, looked up or changed, and the last of the causes, an errno.
  uint64_t unopened;
  int32_t failure;
  /// Whether there were more entries than are looked at.
  bool is_endless;
  /// Files and directories of other projects, for a move, and what these are.
  uint64_t others;
  uint32_t project_count;
  uint32_t projects[RMRUN_TREE_PROJECTS];
};

/// How much a tree of files holds, and what one such look costs.
struct rmrun_tree_space {
  /// Bytes of blocks. A file with several names counts in equal parts by each.
  uint64_t bytes;
  /// Files of all kinds, directories and the tree's own among them. One with several names counts as `bytes` do.
  uint64_t files;
  /// CPU time that the look took, in nanoseconds.
  uint64_t cpu_nanoseconds;
  struct rmrun_tree_missed missed;
};

/// Adds up what a directory holds, without following links or leaving the file system. What changes meanwhile counts or doesn't.
/// At most `most` entries are looked at.
///
/// C, as it runs for every file of a tree again and again: an entry takes one call and no memory, a level one descriptor.
int32_t rmrun_tree_space(int32_t directory, uint32_t most, struct rmrun_tree_space *space);

/// Whether a directory that is open has no name any more: 1 or 0, or `-errno`.
int32_t rmrun_is_removed(int32_t directory);

/// How a tree is moved.
struct rmrun_tree_move {
  /// What belongs to these is moved.
  const uint32_t *from;
  size_t from_count;
  /// What is made below later belongs there as well, unless it is 0.
  uint32_t to;
  /// Whether the directory itself comes last: a move that is cut short shows by it.
  bool ends_with_root;
  /// How many entries are looked at.
  uint32_t most;
};

/// Moves every file and directory of a tree, the directory itself included, from some projects to another one. What belongs to others stays
/// theirs. `-errno` if the directory itself can't be moved.
int32_t rmrun_tree_set_project(int32_t directory, const struct rmrun_tree_move *how, struct rmrun_tree_missed *missed);

/// The project of an open file (FS_IOC_FSGETXATTR).
int32_t rmrun_get_project(int32_t fd, uint32_t *project);

/// The project that a directory would get if it were made now where it is: that of the directory above, or 0.
int32_t rmrun_get_inherited_project(int32_t directory, uint32_t *project);

/// Whether the file system of an open file holds its projects to limits: 1 or 0, or `-errno`. quotactl_fd(2) has no wrapper in glibc.
int32_t rmrun_enforces_projects(int32_t fd);

/// A project's use and limits; 0: no limit.
struct rmrun_project_use {
  /// In bytes.
  uint64_t space;
  uint64_t space_limit;
  uint64_t files;
  uint64_t file_limit;
};
int32_t rmrun_get_project_use(int32_t fd, uint32_t project, struct rmrun_project_use *use);

/// Bounds a project's space, in bytes, rounded down to KiB (XFS: and up to blocks), and its files; 0 takes a bound away.
int32_t rmrun_set_project_limits(int32_t fd, uint32_t project, uint64_t bytes, uint64_t files);

#pragma clang assume_nonnull end
#endif
