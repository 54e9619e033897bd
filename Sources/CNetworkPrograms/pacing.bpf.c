// Has a connection of TCP that would send more than the rate of its job send no faster. What refuses packets beyond a rate can only drop them; the
// connection tries again when an answer to others comes, or a fifth of a second later, and if it has few packets on their way that is longer
// than the rate makes up for: at 1 Mbit it would reach four fifths of it. One that spaces its packets goes on. Those that share a rate are
// each held to all of it, and together by what is dropped.
//
// A program on what becomes of TCP's connections (sock_ops), called when one is begun or was accepted, and then with each measurement of its
// round trip: so it follows a rate that is changed. What never had a packet dropped is left as it is: what goes by the loopback, what a
// rate of a group further in holds already, and what spaces its packets by itself. Compiled in programs.c, as network.bpf.c is.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "include/rmrun_network.h"

/// Those of network.bpf.c. Of two sockets that have one place the last one is slowed, the other one stays as it is.
struct rmrun_network_limits limits;
__u64 slowed_sockets[RMRUN_SLOWED_SOCKETS];

enum { DONE = 1 };
/// Source: <asm-generic/socket.h>.
enum { SOCKET_LEVEL = 1, MAX_PACING_RATE = 47 };

/// What TCP spaces is what it carries: 96 % of the rate, in bytes a second and times the nanoseconds of `limits`. With packets of 1500 bytes that
/// and their headers are 99 % of the rate with IPv4, and 101 % with IPv6, which a packet that is dropped now and then makes up for.
#define CARRIED_NANOSECONDS (1000000000ULL * (1 << 20) / 100 * 96)
/// As fast as it can, which is what more than the option has room for is.
#define UNPACED 0xffffffffU

static __always_inline void slow_down(struct bpf_sock_ops *context) {
  __u64 cookie = bpf_get_socket_cookie(context);
  if (slowed_sockets[cookie % RMRUN_SLOWED_SOCKETS] != cookie) return;
  // Without a rate it is divided by zero, which is zero.
  __u64 rate = CARRIED_NANOSECONDS / limits.nanoseconds;
  __u32 most = rate - 1 < UNPACED ? rate : UNPACED;
  bpf_setsockopt(context, SOCKET_LEVEL, MAX_PACING_RATE, &most, sizeof most);
}

SEC("pace")
int pace_connection(struct bpf_sock_ops *context) {
  switch (context->op) {
    case BPF_SOCK_OPS_TCP_CONNECT_CB:
    case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
      bpf_sock_ops_cb_flags_set(context, context->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_RTT_CB_FLAG);
      break;
    case BPF_SOCK_OPS_RTT_CB: slow_down(context); break;
  }
  return DONE;
}
