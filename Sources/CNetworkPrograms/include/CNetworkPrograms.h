#ifndef CNETWORKPROGRAMS_H
#define CNETWORKPROGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "rmrun_destinations.h"
#include "rmrun_network.h"

#pragma clang assume_nonnull begin

/// An instruction that takes a map's descriptor, and which map's.
struct rmrun_network_map_use {
  uint32_t instruction;
  enum rmrun_network_map map;
};

/// A program that was compiled before: `struct bpf_insn` by `struct bpf_insn` as they lie in a little-endian machine's memory.
struct rmrun_network_program {
  const uint64_t *instructions;
  size_t count;
  const struct rmrun_network_map_use *uses;
  size_t use_count;
};

/// Counts packets, and refuses none.
extern const struct rmrun_network_program rmrun_network_count;
/// Counts packets, and refuses those beyond the limits.
extern const struct rmrun_network_program rmrun_network_hold;
/// Has connections of TCP that would send faster than the limits say space what they send.
extern const struct rmrun_network_program rmrun_network_pace;
/// Refuse connections beyond the limit, over IPv4 and over IPv6.
extern const struct rmrun_network_program rmrun_network_connect4;
extern const struct rmrun_network_program rmrun_network_connect6;
/// Refuses sockets of whose connections nobody could say when they are closed.
extern const struct rmrun_network_program rmrun_network_create;
/// Notes that a socket is closed.
extern const struct rmrun_network_program rmrun_network_release;
/// Refuse destinations that are not listed, before a connection is made and with each datagram that names one, over IPv4 and over IPv6.
extern const struct rmrun_network_program rmrun_network_reach4;
extern const struct rmrun_network_program rmrun_network_reach6;
/// Let answers come from the name server that was asked, over IPv4 and over IPv6.
extern const struct rmrun_network_program rmrun_network_seem4;
extern const struct rmrun_network_program rmrun_network_seem6;
/// Refuses sockets other than TCP's and UDP's.
extern const struct rmrun_network_program rmrun_network_reach_create;
/// Refuse sockets the port of name servers, over IPv4 and over IPv6.
extern const struct rmrun_network_program rmrun_network_own4;
extern const struct rmrun_network_program rmrun_network_own6;
/// Refuses packets that are sent by way of other hosts than where they go, and those to this host that claim to be of another.
extern const struct rmrun_network_program rmrun_network_route;
/// Takes down how long connections took to come about, and their round trips.
extern const struct rmrun_network_program rmrun_network_latency;

#pragma clang assume_nonnull end
#endif
