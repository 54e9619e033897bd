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

/// What the supervisor writes, and what it reads: each is a map of its own (an array of one entry), whose address the kernel puts into the
/// program, so that it takes no call to get there. Source: BPF_PSEUDO_MAP_VALUE in bpf(2) (Linux 5.2).
struct rmrun_network_limits limits;
struct rmrun_network_use use;
__u32 interface_mtus[RMRUN_INTERFACES];
/// The sockets that would have sent more than the rate, for pacing.bpf.c: by the number that no other ever has, each at the place that its number
/// leaves.
__u64 slowed_sockets[RMRUN_SLOWED_SOCKETS];

/// The loopback has this number in every network namespace. Source: LOOPBACK_IFINDEX in the kernel's <net/flow.h>.
enum { LOOPBACK = 1 };
/// What becomes of a packet. One that is dropped is lost as in a full queue, of which a program knows nothing (of the sent ones only).
enum { REFUSE = 0, PASS = 1, DROP = 2 };

/// How far what passes may be ahead of the rate: as long as TCP waits at least before it sends again what was lost (200 ms), so that it makes
/// up for the wait. Over 5 s that is less than 5 %.
#define BURST 220000000ULL
/// How much of it there is at first. With nothing the first packets of a connection would be lost, and TCP, which would take the wait for
/// what it sends again for the time of a round trip, would wait for longer than the burst makes up for, for seconds.
#define FIRST_BURST (BURST / 2)

/// 1 if it is, else 0. Without a branch, of which each doubles what the kernel's verifier has to look at, and so the time of a load.
static __always_inline __u32 is_less(__u64 number, __u64 than) {
  __u64 difference = number - than;
  // A compiler would see the comparison.
  asm("" : "+r"(difference));
  return difference >> 63;
}

static __always_inline __u32 is_zero(__u32 number) { return ((__u64)number - 1) >> 63; }

/// What a packet is on the wire.
struct amount {
  __u32 kind;
  __u32 segments;
  __u64 bytes;
};

/// Of a packet of more than 64 KiB the kernel has its length behind IPv6's header, in one of its own that it takes away as it cuts the packet
/// (BIG TCP; RFC 2675). Source: struct hop_jumbo_hdr.
enum { JUMBO_HEADER = 8 };
/// What IPv6 has behind the header of each fragment, and the header of UDP.
enum { FRAGMENT_HEADER = 8, DATAGRAM_HEADER = 8 };
/// The least that an interface of IPv6 has (RFC 8200), and hardly one of IPv4 has less: what is shorter goes out as it is.
enum { LEAST_MTU = 1280 };

/// The headers that the wire has more of than the packet. Without a branch, too.
///
/// The kernel handles many segments as one packet with one header; on the wire each has its own, and so it is counted, whatever the
/// interface has the segments made by. (The kernel's own queues count so too: qdisc_pkt_len_init().) And it cuts a datagram that is too
/// long for its interface after the programs, and puts it together again before them: each fragment has a header of IP, and carries what
/// fits in steps of 8 bytes (RFC 791, RFC 8200), but for the last one of IPv4, which may be full. What TCP sends always fits.
static __always_inline void add_headers(struct __sk_buff *packet, struct amount *amount) {
  __u8 header[10], last[1];
  // Zero where there is less: no packet that this is asked of has that little.
  bpf_skb_load_bytes(packet, 0, header, sizeof header);
  // Of the versions, 4 and 6. Options of IP are left out.
  __u32 is_version_6 = header[0] >> 5 & 1, is_version_4 = is_version_6 ^ 1, length = 20 + 20 * is_version_6;
  __u32 protocol = header[6] * is_version_6 + header[9] * is_version_4, is_jumbo = is_zero(protocol);
  __u32 is_tcp = is_zero(protocol ^ IPPROTO_TCP) | is_jumbo, is_datagram = is_tcp ^ 1;
  bpf_skb_load_bytes(packet, length + JUMBO_HEADER * is_jumbo + 12, last, sizeof last);
  __u32 mtu = interface_mtus[packet->ifindex % RMRUN_INTERFACES], further = amount->segments - 1;
  // One that isn't known is zero, and nothing is cut for it; what is divided by zero is zero.
  __u32 is_cut = is_less(mtu - 1, packet->len - 1) & is_datagram & is_zero(further);
  __u32 is_first_longer = is_cut & is_version_6;
  __u32 own = is_tcp * (last[0] >> 4) * 4 + is_datagram * ((is_cut & is_version_4) ^ 1) * DATAGRAM_HEADER;
  __u32 room = mtu - length - own, beyond_steps = (room & 7) * is_version_4;
  further += (packet->len - length - 1 - beyond_steps) / (room & ~7U) * is_cut;
  amount->segments = further + 1;
  amount->bytes += (__u64)further * (length + own) + is_first_longer * FRAGMENT_HEADER;
}

/// What a socket sends has come in by no interface.
static __always_inline __u32 is_sent(struct __sk_buff *packet) { return is_zero(packet->ingress_ifindex); }

static __always_inline struct amount amount_of(struct __sk_buff *packet) {
  struct amount amount = {.segments = packet->gso_segs, .bytes = packet->len};
  amount.kind = is_zero(packet->ifindex ^ LOOPBACK) * RMRUN_TRAFFIC_LOOPBACK_RECEIVED + is_sent(packet);
  amount.segments += is_zero(amount.segments);
  if (is_less(1, amount.segments) | is_less(LEAST_MTU, packet->len)) add_headers(packet, &amount);
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

/// A packet beyond the rate: the socket that would have sent it is noted (none is number 0). Of what was received REFUSE is all that may be returned.
static __always_inline int drop(struct __sk_buff *packet, __u32 is_sent) {
  __u64 cookie = bpf_get_socket_cookie(packet) * is_sent;
  slowed_sockets[cookie % RMRUN_SLOWED_SOCKETS] = cookie;
  return is_sent * DROP;
}

/// For both directions, each of which would take as long to load. What it returns of a packet beyond the rate is REFUSE or DROP by a number that the
/// kernel's verifier doesn't know: it would have a program that surely returns DROP at one place run for sent packets only.
/// Source: check_return_code() in kernel/bpf/verifier.c, enforce_expected_attach_type.
SEC("hold")
int hold_packet(struct __sk_buff *packet) {
  struct amount amount = amount_of(packet);
  __u32 kind = amount.kind;
  // A compiler knows that it is one of four, and would leave the mask out; a kernel's verifier (Linux 6.1) has lost it by now.
  asm volatile("" : "+r"(kind));
  kind &= 3;
  // The loopback's are the last two.
  __u64 bytes = amount.bytes * (1 ^ (kind >> 1));
  __u64 weighted = amount.bytes * limits.weights[kind];
  __u64 duration = bytes * limits.nanoseconds >> 20;
  if (duration > 0 && !is_due(&use.until[kind & 1], duration)) return drop(packet, kind & 1);
  // What costs nothing may go on.
  if (bytes > 0 && !take(&use.bytes, bytes, limits.bytes)) {
    __sync_fetch_and_add(&use.refused_for_bytes, 1);
    return REFUSE;
  }
  if (weighted > 0 && !take_weighted(&use.weighted, weighted, limits.weighted)) {
    __sync_fetch_and_add(&use.bytes, -bytes);
    __sync_fetch_and_add(&use.refused_for_weighted, 1);
    return REFUSE;
  }
  count(amount);
  return PASS;
}
