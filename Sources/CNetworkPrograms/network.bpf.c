// Counts what the sockets of a job move, and refuses what it may not. A program is attached to the job's group for both directions
// (cgroup_skb), so it sees every IP packet of every socket that was made in the group or below, at the IP layer: the headers of IP and
// of what IP carries are in, a link's own frame is not.
//
// programs.c beside this file holds them compiled. Tests/NetworkPrograms/write.sh writes that, and .ci/check-network-programs compares.
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

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct rmrun_network_limits);
} limits SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct rmrun_network_use);
} use SEC(".maps");

/// The loopback has this number in every network namespace. Source: LOOPBACK_IFINDEX in the kernel's <net/flow.h>.
/// What becomes of a packet. One that is dropped is lost as in a full queue, of which a program knows nothing (of the sent ones only).
enum { LOOPBACK = 1, REFUSE = 0, PASS = 1, DROP = 2 };

/// How far what passes may be ahead of the rate: as long as TCP waits at least before it sends again what was lost (200 ms), so that it makes
/// up for the wait. Over 5 s that is less than 5 %.
#define BURST 220000000ULL
/// How much of it there is at first. With nothing the first packets of a connection would be lost, and TCP, which would take the wait for
/// what it sends again for the time of a round trip, would wait for longer than the burst makes up for, for seconds.
#define FIRST_BURST (BURST / 2)

/// 1 if it is, else 0. Without a branch, of which each doubles what the kernel's verifier has to look at, and so the time of a load.
static __always_inline __u32 is_zero(__u32 number) { return ((__u64)number - 1) >> 63; }

/// Of a packet of more than 64 KiB the kernel has its length behind IPv6's header, in one of its own that it takes away as it cuts the packet
/// (BIG TCP; RFC 2675). Source: struct hop_jumbo_hdr.
enum { JUMBO_HEADER = 8 };

/// The length of the headers of a packet that the kernel takes for many, as each of those has them: IP without options, and TCP or UDP.
/// Without a branch, too.
static __always_inline __u32 header_length(struct __sk_buff *packet) {
  __u8 header[10], last[1];
  // Zero where there is less: no packet of many segments has that little.
  bpf_skb_load_bytes(packet, 0, header, sizeof header);
  // Of the versions, 4 and 6.
  __u32 is_version_6 = header[0] >> 5 & 1, is_version_4 = is_version_6 ^ 1;
  __u32 protocol = header[6] * is_version_6 + header[9] * is_version_4, is_jumbo = is_zero(protocol);
  __u32 is_tcp = is_zero(protocol ^ IPPROTO_TCP) | is_jumbo, length = 20 + 20 * is_version_6;
  bpf_skb_load_bytes(packet, length + JUMBO_HEADER * is_jumbo + 12, last, sizeof last);
  return length + is_tcp * (last[0] >> 4) * 4 + (is_tcp ^ 1) * 8;
}

/// What a packet is on the wire.
struct amount {
  __u32 kind;
  __u32 segments;
  __u64 bytes;
};

/// The kernel handles many segments as one packet with one header; on the wire each has its own, and so it is counted, whatever the
/// interface has the segments made by. (The kernel's own queues count so too: qdisc_pkt_len_init().)
static __always_inline struct amount amount_of(struct __sk_buff *packet) {
  struct amount amount = {.segments = packet->gso_segs, .bytes = packet->len};
  // What a socket sends has come in by no interface.
  amount.kind = is_zero(packet->ifindex ^ LOOPBACK) * RMRUN_TRAFFIC_LOOPBACK_RECEIVED + is_zero(packet->ingress_ifindex);
  amount.segments += is_zero(amount.segments);
  if (amount.segments > 1) amount.bytes += (__u64)(amount.segments - 1) * header_length(packet);
  return amount;
}

/// A CPU that sends can be interrupted by what it receives, and answers it: a sum in three steps would lose that answer.
static __always_inline void count(struct amount amount) {
  struct rmrun_traffic *own = bpf_map_lookup_elem(&traffic, &amount.kind);
  if (!own) return;
  __sync_fetch_and_add(&own->bytes, amount.bytes);
  __sync_fetch_and_add(&own->packets, amount.segments);
}

SEC("count")
int count_packet(struct __sk_buff *packet) {
  count(amount_of(packet));
  return PASS;
}

/// Takes so much of what is left; false, and takes nothing, if that is less.
static __always_inline bool take(__u64 *used, __u64 wanted, __u64 limit) {
  if (__sync_fetch_and_add(used, wanted) + wanted <= limit) return true;
  __sync_fetch_and_add(used, -wanted);
  return false;
}

/// The same of weighted bytes, whose sum goes round after 256 TiB: the limit is never half a round away.
static __always_inline bool take_weighted(__u64 *used, __u64 wanted, __u64 limit) {
  __u64 left = limit - (__sync_fetch_and_add(used, wanted) + wanted);
  if (limit == RMRUN_UNLIMITED || (__s64)left >= 0) return true;
  __sync_fetch_and_add(used, -wanted);
  return false;
}

/// Whether a packet that takes so long may pass now; then the next ones are due so much later. A bucket that many CPUs draw from at a
/// time.
static __always_inline bool is_due(__u64 *until, __u64 duration) {
  __u64 now = bpf_ktime_get_ns(), due = *(volatile __u64 *)until;
  __u64 from = due == 0 ? now + BURST - FIRST_BURST : due > now ? due : now;
  if (from - now > BURST) return false;
  // Another CPU was first, and has left it at now or later.
  if (__sync_val_compare_and_swap(until, due, from + duration) != due) __sync_fetch_and_add(until, duration);
  return true;
}

static __always_inline int hold(struct __sk_buff *packet, bool is_sent) {
  __u32 only = 0;
  struct rmrun_network_limits *limit = bpf_map_lookup_elem(&limits, &only);
  struct rmrun_network_use *own = bpf_map_lookup_elem(&use, &only);
  if (!limit || !own) return PASS;
  struct amount amount = amount_of(packet);
  __u32 kind = amount.kind;
  // A compiler knows that it is one of four, and would leave the mask out; a kernel's verifier (Linux 6.1) has lost it by now.
  asm volatile("" : "+r"(kind));
  kind &= 3;
  // The loopback's are the last two.
  __u64 bytes = amount.bytes * (1 ^ (kind >> 1));
  __u64 weighted = amount.bytes * limit->weights[kind];
  __u64 duration = bytes * limit->nanoseconds >> 20;
  if (duration > 0 && !is_due(is_sent ? &own->sent_until : &own->received_until, duration))
    return is_sent ? DROP : REFUSE;
  // What costs nothing may go on.
  if (bytes > 0 && !take(&own->bytes, bytes, limit->bytes)) {
    __sync_fetch_and_add(&own->refused_for_bytes, 1);
    return REFUSE;
  }
  if (weighted > 0 && !take_weighted(&own->weighted, weighted, limit->weighted)) {
    __sync_fetch_and_add(&own->bytes, -bytes);
    __sync_fetch_and_add(&own->refused_for_weighted, 1);
    return REFUSE;
  }
  count(amount);
  return PASS;
}

SEC("hold_received")
int hold_received_packet(struct __sk_buff *packet) { return hold(packet, false); }

SEC("hold_sent")
int hold_sent_packet(struct __sk_buff *packet) { return hold(packet, true); }
