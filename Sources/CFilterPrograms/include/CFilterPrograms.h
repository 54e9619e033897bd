#ifndef CFILTERPROGRAMS_H
#define CFILTERPROGRAMS_H

#include <stddef.h>
#include <stdint.h>

/// A seccomp filter that was compiled before: classic BPF, `struct sock_filter` by `struct sock_filter` as they lie in a
/// little-endian machine's memory.
struct rmrun_filter_program {
  const uint64_t *instructions;
  size_t count;
};

extern const struct rmrun_filter_program rmrun_filter_default_x86_64;
extern const struct rmrun_filter_program rmrun_filter_strict_x86_64;
extern const struct rmrun_filter_program rmrun_filter_default_aarch64;
extern const struct rmrun_filter_program rmrun_filter_strict_aarch64;

#endif
