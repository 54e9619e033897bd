// Counts what the sockets of a job move. The program is attached to the job's group for both directions (cgroup_skb), so it sees every
// IP packet of every socket that was made in the group or below, at the IP layer: the headers of IP and of what IP carries are in, a
// link's own frame is not.
//
// programs.c beside this file holds it compiled. Tests/NetworkPrograms/write.sh writes that, and .ci/check-network-programs compares.
#include <linux/bpf.h>
#include <linux/in.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "include/rmrun_network.h"

/// Each CPU has its own copy, so that CPUs share nothing on the way of a packet.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, RMRUN_TRAFFIC_KINDS);
  __type(key, __u32);
  __type(value, struct rmrun_traffic);
} traffic SEC(".maps");

/// The loopback has this number in every network namespace. Source: LOOPBACK_IFINDEX in the kernel's <net/flow.h>.
enum { LOOPBACK = 1, PASS = 1 };

/// 1 if it is, else 0. Without a branch, of which each doubles what the kernel's verifier has to look at, and so the time of a load.
static __always_inline __u32 is_zero(__u32 number) { return ((__u64)number - 1) >> 63; }

/// The length of the headers of a packet that the kernel takes for many: IP without options, and TCP or UDP.
static __always_inline __u32 header_length(struct __sk_buff *packet) {
  __u8 header[54];
  if (bpf_skb_load_bytes(packet, 0, header, sizeof header) < 0) return 0;
  bool is_version_6 = header[0] >> 4 == 6;
  __u8 protocol = is_version_6 ? header[6] : header[9];
  __u8 words = (is_version_6 ? header[52] : header[32]) >> 4;
  return (is_version_6 ? 40 : 20) + (protocol == IPPROTO_TCP ? words * 4 : 8);
}

SEC("count")
int count_packet(struct __sk_buff *packet) {
  // What a socket sends has come in by no interface.
  __u32 kind = is_zero(packet->ifindex ^ LOOPBACK) * RMRUN_TRAFFIC_LOOPBACK_RECEIVED + is_zero(packet->ingress_ifindex);
  struct rmrun_traffic *own = bpf_map_lookup_elem(&traffic, &kind);
  if (!own) return PASS;

  // The kernel handles many segments as one packet with one header; on the wire each has its own, and so it is counted, whatever the
  // interface has the segments made by. (The kernel's own queues count so too: qdisc_pkt_len_init().)
  __u32 segments = packet->gso_segs;
  __u64 bytes = packet->len;
  if (segments > 1) {
    bytes += (__u64)(segments - 1) * header_length(packet);
  } else {
    segments = 1;
  }
  // A CPU that sends can be interrupted by what it receives, and answers it: a sum in three steps would lose that answer.
  __sync_fetch_and_add(&own->bytes, bytes);
  __sync_fetch_and_add(&own->packets, segments);
  return PASS;
}
