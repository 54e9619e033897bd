#ifndef CNETWORKPROGRAMS_H
#define CNETWORKPROGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "rmrun_network.h"

#pragma clang assume_nonnull begin

/// A program that was compiled before: `struct bpf_insn` by `struct bpf_insn` as they lie in a little-endian machine's memory. It uses
/// one map.
struct rmrun_network_program {
  const uint64_t *instructions;
  size_t count;
  /// Where the map's descriptor has to be put in.
  const uint32_t *uses;
  size_t use_count;
};

/// Counts packets, in a map of `RMRUN_TRAFFIC_KINDS` entries with a copy for each CPU.
extern const struct rmrun_network_program rmrun_network_count;

#pragma clang assume_nonnull end
#endif
