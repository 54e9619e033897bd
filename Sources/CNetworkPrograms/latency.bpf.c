// Takes down how long a job's connections took to come about, and how long a packet and its answer take, for each place that it connects to.
//
// A program on what becomes of TCP's connections (sock_ops). It is called when one is begun, is there, and changes its state: not for any
// packet. What the kernel has learned of the round trip is read when a connection ends, which each does at the latest when the last
// process has. Connections that a job accepts are not in it: it can't choose where they come from, nor can their number be bounded.
//
// Compiled in programs.c, as network.bpf.c is.
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "include/rmrun_network.h"

/// When connections were begun: each has the place that its socket's number ends in, which none of the next few thousand sockets has.
/// Much cheaper than a table; a connection whose place another one has taken is not timed.
struct rmrun_begun_connection begun[RMRUN_BEGUN_CONNECTIONS];

/// The connections to destinations that there was no room for.
__u64 other_connections;

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
  return &begun[cookie % RMRUN_BEGUN_CONNECTIONS];
}

static __always_inline void note_begin(struct bpf_sock_ops *context) {
  __u64 cookie = bpf_get_socket_cookie(context);
  *begun_of(cookie) = (struct rmrun_begun_connection){.cookie = cookie, .time = bpf_ktime_get_ns()};
}

/// - Parameter own: that of the connection's destination; NULL if there is none.
static __always_inline void note_connection(struct bpf_sock_ops *context, const struct rmrun_timed_place *place, struct rmrun_latency *own) {
  bpf_sock_ops_cb_flags_set(context, context->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
  if (!own) {
    struct rmrun_latency none = {};
    bpf_map_update_elem(&latencies, place, &none, BPF_NOEXIST);
    own = bpf_map_lookup_elem(&latencies, place);
  }
  if (!own) {
    __sync_fetch_and_add(&other_connections, 1);
    return;
  }
  __sync_fetch_and_add(&own->connections, 1);
  __u64 cookie = bpf_get_socket_cookie(context);
  struct rmrun_begun_connection *start = begun_of(cookie);
  if (start->cookie != cookie) return;
  __u64 duration = bpf_ktime_get_ns() - start->time;
  add(&own->connect, duration, duration);
}

/// The first change of a connection that is there is the begin of its end.
static __always_inline void note_end(struct bpf_sock_ops *context, struct rmrun_latency *own) {
  bpf_sock_ops_cb_flags_set(context, context->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_STATE_CB_FLAG);
  // In microseconds; the mean in eighths of them.
  __u64 mean = (__u64)context->srtt_us * (1000 / 8), least = (__u64)context->rtt_min * 1000;
  if (mean != 0 && own) add(&own->round_trip, least < mean ? least : mean, mean);
}

SEC("latency")
int note_latency(struct bpf_sock_ops *context) {
  __u32 what = context->op;
  if (what == BPF_SOCK_OPS_TCP_CONNECT_CB) note_begin(context);
  if (what != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB && what != BPF_SOCK_OPS_STATE_CB) return DONE;
  struct rmrun_timed_place place = destination_of(context);
  struct rmrun_latency *own = bpf_map_lookup_elem(&latencies, &place);
  if (what == BPF_SOCK_OPS_STATE_CB) {
    note_end(context, own);
  } else {
    note_connection(context, &place, own);
  }
  return DONE;
}
