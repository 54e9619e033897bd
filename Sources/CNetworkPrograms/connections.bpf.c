// Bounds how many connections a job has open at a time: those that it makes, not those that it accepts. A connection counts from connect(2)
// until its socket is closed by the last who has it, whether it came about or not.
//
// A connection of MPTCP is made of others, by sockets of the kernel's own: no hook says when those are closed, and they would count for
// ever. So there are no sockets of MPTCP; programs that would rather have one go on with TCP, as on a kernel without it.
//
// Compiled in programs.c, as network.bpf.c is.
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "include/rmrun_network.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct rmrun_network_connections);
} connections SEC(".maps");

/// The sockets that are counted, by the number that no other socket ever has. As many as may be open; made beforehand, so that there
/// is room for each.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __type(key, __u64);
  __type(value, __u8);
} open_sockets SEC(".maps");

enum { REFUSE = 0, PASS = 1, STREAM = 1, MPTCP = 262 };

static __always_inline struct rmrun_network_connections *own_connections(void) {
  __u32 only = 0;
  return bpf_map_lookup_elem(&connections, &only);
}

static __always_inline int connect(struct bpf_sock_addr *context) {
  // A datagram socket has an address, and no connection.
  if (context->type != STREAM) return PASS;
  __u64 cookie = bpf_get_socket_cookie(context);
  struct rmrun_network_connections *own = own_connections();
  if (!own || bpf_map_lookup_elem(&open_sockets, &cookie)) return PASS;
  if (__sync_fetch_and_add(&own->open, 1) < own->limit) {
    __u8 nothing = 0;
    if (bpf_map_update_elem(&open_sockets, &cookie, &nothing, BPF_NOEXIST) == 0) return PASS;
  }
  __sync_fetch_and_add(&own->open, -1);
  return REFUSE;
}

SEC("connect4")
int connect_4(struct bpf_sock_addr *context) { return connect(context); }

SEC("connect6")
int connect_6(struct bpf_sock_addr *context) { return connect(context); }

SEC("create")
int note_creation(struct bpf_sock *context) { return context->protocol == MPTCP ? REFUSE : PASS; }

SEC("release")
int note_release(struct bpf_sock *context) {
  __u64 cookie = bpf_get_socket_cookie(context);
  // Before Linux 6.4 the kernel calls a map directly for this, and what comes back has no sign above its 32 bits.
  if ((int)bpf_map_delete_elem(&open_sockets, &cookie) < 0) return PASS;
  struct rmrun_network_connections *own = own_connections();
  if (own) __sync_fetch_and_add(&own->open, -1);
  return PASS;
}
