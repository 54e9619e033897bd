// Takes down how long a job's connections took to come about, and how long a packet and its answer take, for each place that it connects to.
//
// A program on what becomes of TCP's connections (sock_ops). It is called when one is begun, is there, and changes its state: not for any
// packet. What the kernel has learned of the round trip is read when a connection ends, which each does at the latest when the last
// process has. Connections that a job accepts are not in it: it can't choose where they come from, nor can their number be bounded.
//
// Compiled in programs.c, as network.bpf.c is.
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "include/rmrun_network.h"

/// When connections were begun: each has the place that its socket's number ends in, which none of the next few thousand sockets has.
/// Much cheaper than a table; a connection whose place another one has taken is not timed.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, RMRUN_BEGUN_CONNECTIONS);
  __type(key, __u32);
  __type(value, struct rmrun_begun_connection);
} begun SEC(".maps");

/// Destinations; those that there is no room for are in the one that is all zero, which the supervisor makes. (A program with a map of its own
/// for these takes the kernel nearly twice as long to check.)
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __type(key, struct rmrun_timed_place);
  __type(value, struct rmrun_latency);
} latencies SEC(".maps");

enum { DONE = 1, IPV4 = 2 };

/// What the kernel's verifier wants read at a fixed place, whatever the branch: a compiler would join such reads.
#define READ(field) (*(volatile __u32 *)&(field))

/// An address of IPv4 as IPv6 writes it, whichever way a program has named it.
static __always_inline struct rmrun_timed_place destination_of(struct bpf_sock_ops *context) {
  __u32 four = READ(context->remote_ip4), port = READ(context->remote_port);
  __u32 six[] = {READ(context->remote_ip6[0]), READ(context->remote_ip6[1]), READ(context->remote_ip6[2]), READ(context->remote_ip6[3])};
  struct rmrun_timed_place place = {.address = {0, 0, bpf_htonl(0xffff), four}, .port = bpf_ntohl(port)};
  if (context->family != IPV4) __builtin_memcpy(place.address, six, sizeof six);
  return place;
}

/// The entry of where a connection goes; made if it is wanted and there is none, and room for it.
static __always_inline struct rmrun_latency *latency_of(struct bpf_sock_ops *context, bool is_wanted) {
  struct rmrun_timed_place place = destination_of(context);
  struct rmrun_latency *found = bpf_map_lookup_elem(&latencies, &place);
  if (!found && is_wanted) {
    struct rmrun_latency none = {};
    bpf_map_update_elem(&latencies, &place, &none, BPF_NOEXIST);
    found = bpf_map_lookup_elem(&latencies, &place);
  }
  if (!found) {
    struct rmrun_timed_place others = {};
    found = bpf_map_lookup_elem(&latencies, &others);
  }
  return found;
}

/// Where two CPUs have a new most at the same time, one of them may be lost; sums and counts are exact.
static __always_inline void raise(__u64 *most, __u64 number) {
  if (number > *most) *most = number;
}

static __always_inline void add(struct rmrun_times *times, __u64 least, __u64 duration) {
  __sync_fetch_and_add(&times->count, 1);
  __sync_fetch_and_add(&times->sum, duration);
  raise(&times->least_inverted, ~least);
  raise(&times->most, duration);
}

static __always_inline struct rmrun_begun_connection *begun_of(__u64 cookie) {
  __u32 place = cookie % RMRUN_BEGUN_CONNECTIONS;
  return bpf_map_lookup_elem(&begun, &place);
}

static __always_inline void note_begin(struct bpf_sock_ops *context) {
  __u64 cookie = bpf_get_socket_cookie(context);
  struct rmrun_begun_connection *own = begun_of(cookie);
  if (own) *own = (struct rmrun_begun_connection){.cookie = cookie, .time = bpf_ktime_get_ns()};
}

static __always_inline void note_connection(struct bpf_sock_ops *context) {
  struct rmrun_latency *own = latency_of(context, true);
  bpf_sock_ops_cb_flags_set(context, BPF_SOCK_OPS_STATE_CB_FLAG);
  __u64 cookie = bpf_get_socket_cookie(context);
  struct rmrun_begun_connection *start = begun_of(cookie);
  if (!own || !start) return;
  __sync_fetch_and_add(&own->connections, 1);
  if (start->cookie != cookie) return;
  __u64 duration = bpf_ktime_get_ns() - start->time;
  add(&own->connect, duration, duration);
}

/// The first change of a connection that is there is the begin of its end.
static __always_inline void note_end(struct bpf_sock_ops *context) {
  bpf_sock_ops_cb_flags_set(context, 0);
  // In microseconds; the mean in eighths of them.
  __u64 mean = (__u64)context->srtt_us * (1000 / 8), least = (__u64)context->rtt_min * 1000;
  if (mean == 0) return;
  struct rmrun_latency *own = latency_of(context, false);
  if (own) add(&own->round_trip, least < mean ? least : mean, mean);
}

SEC("latency")
int note_latency(struct bpf_sock_ops *context) {
  switch (context->op) {
    case BPF_SOCK_OPS_TCP_CONNECT_CB: note_begin(context); break;
    case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB: note_connection(context); break;
    case BPF_SOCK_OPS_STATE_CB: note_end(context); break;
  }
  return DONE;
}
