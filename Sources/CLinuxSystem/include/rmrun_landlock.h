#ifndef RMRUN_LANDLOCK_H
#define RMRUN_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// landlock(7): glibc has no wrappers, and the distributions' headers are older than the kernels.

/// The version of the interface, from 1; `-ENOSYS` or `-EOPNOTSUPP` where there is none.
int32_t rmrun_landlock_version(void);
/// A ruleset that refuses these accesses to files and reaches beyond these scopes.
int32_t rmrun_landlock_create(uint64_t files, uint64_t scopes);
/// Allows accesses at and below a file or directory.
int32_t rmrun_landlock_allow(int32_t ruleset, int32_t place, uint64_t accesses);

/// Whether this process has the capability of that number in effect.
bool rmrun_has_capability(int32_t capability);

#pragma clang assume_nonnull end
#endif
