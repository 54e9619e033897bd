#ifndef RMRUN_BPF_H
#define RMRUN_BPF_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// bpf(2): glibc has no wrapper. libbpf has, and before its first call finds out what the kernel can by loading programs of its own,
/// which takes a launch as long as ours.

/// A map of values of which each CPU has its own copy; the keys are the numbers below `entries`. A size is a multiple of 8.
struct rmrun_bpf_counters {
  const char *name;
  uint32_t value_size;
  uint32_t entries;
};

/// Names are at most 15 bytes long.
int32_t rmrun_bpf_make_counters(struct rmrun_bpf_counters counters);
/// A map of sockets' numbers, with a byte each.
int32_t rmrun_bpf_make_socket_set(const char *name, uint32_t entries);
/// A map of values that all CPUs share; the keys are the numbers below `entries`.
int32_t rmrun_bpf_make_shared(const char *name, uint32_t value_size, uint32_t entries);
/// Reads a value; of counters all copies, one after the other: `values` has room for one of each possible CPU.
int32_t rmrun_bpf_look_up(int32_t map, uint32_t key, void *values);
/// Writes a shared value.
int32_t rmrun_bpf_write(int32_t map, const void *value);

/// A map by keys of any form: of all that there is room for, of those that were used last, of the bits that a key begins with (their number
/// in its first four bytes).
enum rmrun_bpf_table_kind { RMRUN_BPF_ALL, RMRUN_BPF_LAST_USED, RMRUN_BPF_PREFIXES };
struct rmrun_bpf_table {
  const char *name;
  enum rmrun_bpf_table_kind kind;
  uint32_t key_size;
  uint32_t value_size;
  uint32_t entries;
};
int32_t rmrun_bpf_make_table(struct rmrun_bpf_table table);
/// Reads the value of a key; `-ENOENT` if there is none.
int32_t rmrun_bpf_get(int32_t map, const void *key, void *value);
/// Writes it; `-E2BIG` or `-ENOSPC` if there is no room.
int32_t rmrun_bpf_put(int32_t map, const void *key, const void *value);
int32_t rmrun_bpf_remove(int32_t map, const void *key);
/// The key after another, or the first one; `-ENOENT` after the last.
int32_t rmrun_bpf_next(int32_t map, const void *_Nullable key, void *next);

/// When a program runs: on a packet that was received or is sent, before a connection is made, after a socket was made, or closed; before a
/// datagram goes where it says, when who sent one is asked, and whom a socket is connected to; before a socket is given its own address; on what becomes of connections.
enum rmrun_bpf_hook {
  RMRUN_BPF_RECEIVED,
  RMRUN_BPF_SENT,
  RMRUN_BPF_CONNECT4,
  RMRUN_BPF_CONNECT6,
  RMRUN_BPF_CREATE,
  RMRUN_BPF_RELEASE,
  RMRUN_BPF_SEND4,
  RMRUN_BPF_SEND6,
  RMRUN_BPF_RECEIVE4,
  RMRUN_BPF_RECEIVE6,
  RMRUN_BPF_PEER4,
  RMRUN_BPF_PEER6,
  RMRUN_BPF_BIND4,
  RMRUN_BPF_BIND6,
  RMRUN_BPF_CONNECTIONS,
};

/// Loads a program for a hook; one for received packets may be attached for sent ones too.
int32_t rmrun_bpf_load(
    const char *name, enum rmrun_bpf_hook hook, const uint64_t *instructions, uint32_t count);
/// Has a program run for a group and all below, beside those of groups above and below.
int32_t rmrun_bpf_attach(int32_t program, int32_t group, enum rmrun_bpf_hook hook);
/// Undoes it.
int32_t rmrun_bpf_detach(int32_t program, int32_t group, enum rmrun_bpf_hook hook);
/// How many programs run for a group's packets, those of the groups above included.
int32_t rmrun_bpf_count_effective(int32_t group, enum rmrun_bpf_hook hook);
/// The numbers of the programs that are attached to the group itself, at most `room`: how many.
int32_t rmrun_bpf_attached(
    int32_t group, enum rmrun_bpf_hook hook, uint32_t *programs, uint32_t room);

/// Opens the counters like these that a program with this number and name uses; `-ENOENT` if it uses none.
int32_t rmrun_bpf_open_counters_of(uint32_t program, const char *name, struct rmrun_bpf_counters counters);

#pragma clang assume_nonnull end
#endif
