// Has a job's connections of TCP send no faster than it may. What refuses packets beyond a rate can only drop them, and one connection that loses
// several of its few packets at a time waits for longer than the rate makes up for: at 1 Mbit it would reach four fifths of it. One that
// spaces its packets loses none. Those that share a rate are each held to all of it, and together by what is dropped.
//
// A program on what becomes of TCP's connections (sock_ops), called when one is begun or was accepted, and then with each measurement of its
// round trip: so a connection follows a rate that is changed. Compiled in programs.c, as network.bpf.c is.
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "include/rmrun_network.h"

/// That of network.bpf.c: an array of one entry.
struct rmrun_network_limits limits;

enum { DONE = 1, IPV4 = 2 };
/// Source: <asm-generic/socket.h>.
enum { SOCKET_LEVEL = 1, MAX_PACING_RATE = 47 };

/// What TCP spaces is what it carries: 95 % of the rate, in bytes a second and times the nanoseconds of `limits`. With packets of 1500 bytes that
/// and their headers are 98 % of the rate with IPv4, and just below it with IPv6.
#define CARRIED_NANOSECONDS (1000000000ULL * (1 << 20) / 100 * 95)
/// As fast as it can, which is what more than the option has room for is.
#define UNPACED 0xffffffffU

/// What the kernel's verifier wants read at a fixed place, whatever the branch: a compiler would join such reads.
#define READ(field) (*(volatile __u32 *)&(field))

/// 1 if it is, else 0, without a branch: as in network.bpf.c.
static __always_inline __u32 is_zero(__u32 number) { return ((__u64)number - 1) >> 63; }

/// What differs from 127.0.0.0/8.
static __always_inline __u32 beyond_loopback(__u32 address) { return (address & bpf_htonl(0xff000000)) ^ bpf_htonl(0x7f000000); }

/// Whether it goes by the loopback, which has no rate: the kernel sends to an address of this host's from that very address, where the socket
/// names no other.
static __always_inline __u32 is_local(struct bpf_sock_ops *context) {
  __u32 to = READ(context->remote_ip4), from = READ(context->local_ip4);
  __u32 to_6[] = {READ(context->remote_ip6[0]), READ(context->remote_ip6[1]), READ(context->remote_ip6[2]), READ(context->remote_ip6[3])};
  __u32 differing_6 = (to_6[0] ^ READ(context->local_ip6[0])) | (to_6[1] ^ READ(context->local_ip6[1])) |
                      (to_6[2] ^ READ(context->local_ip6[2])) | (to_6[3] ^ READ(context->local_ip6[3]));
  __u32 is_local_4 = is_zero(beyond_loopback(to)) | is_zero(to ^ from);
  __u32 is_mapped_loopback = is_zero(to_6[0] | to_6[1] | (to_6[2] ^ bpf_htonl(0xffff)) | beyond_loopback(to_6[3]));
  __u32 is_version_4 = is_zero(context->family ^ IPV4);
  return (is_version_4 & is_local_4) | ((is_version_4 ^ 1) & (is_zero(differing_6) | is_mapped_loopback));
}

SEC("pace")
int pace_connection(struct bpf_sock_ops *context) {
  __u32 is_begun = is_zero(context->op ^ BPF_SOCK_OPS_TCP_CONNECT_CB) | is_zero(context->op ^ BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB);
  __u32 is_measured = is_zero(context->op ^ BPF_SOCK_OPS_RTT_CB);
  if (!(is_measured | (is_begun & (is_local(context) ^ 1)))) return DONE;
  // Without a rate it is divided by zero, which is zero.
  __u64 rate = CARRIED_NANOSECONDS / limits.nanoseconds;
  __u32 most = rate - 1 < UNPACED ? rate : UNPACED;
  bpf_setsockopt(context, SOCKET_LEVEL, MAX_PACING_RATE, &most, sizeof most);
  bpf_sock_ops_cb_flags_set(context, context->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_RTT_CB_FLAG);
  return DONE;
}
