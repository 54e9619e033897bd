// Lets a job's sockets reach what is listed, and nothing else: networks, and addresses for as long as a name's answer named them. What it
// asks of any name server is asked of its own, without its noticing.
//
// A program is asked with each connect(2), whoever calls it, and with each datagram that names where it goes; a socket that is connected
// is not asked again. Compiled in programs.c, as network.bpf.c is.
#include <linux/bpf.h>
#include <linux/in.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "include/rmrun_destinations.h"

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __type(key, struct rmrun_destination_network);
  __type(value, __u8);
} listed_networks SEC(".maps");

/// Addresses that were the answer to a name, and until when (CLOCK_BOOTTIME, in ns).
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __type(key, struct rmrun_destination);
  __type(value, __u64);
} named_addresses SEC(".maps");

/// As many as fit; the total counts the others as well.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __type(key, struct rmrun_refused_destination);
  __type(value, __u64);
} refused SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct rmrun_refused_counts);
} refused_counts SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct rmrun_name_server);
} name_server SEC(".maps");

/// The name server that a socket believes to be talking to, by the number that no other socket ever has.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __type(key, __u64);
  __type(value, struct rmrun_destination);
} asked SEC(".maps");

/// The host's own addresses of IPv6, each with port 0.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __type(key, struct rmrun_destination);
  __type(value, __u8);
} own_addresses SEC(".maps");

enum { REFUSE = 0, PASS = 1, STREAM = 1, DATAGRAM = 2 };
enum { DOMAIN_PORT = bpf_htons(53), MAPPED = bpf_htonl(0xffff), LOOPBACK_4 = bpf_htonl(0x7f000001), LOOPBACK_6 = bpf_htonl(1) };
enum { HOP_BY_HOP = 0, JUMBO_PAYLOAD = 0xc2, ROUTING = 43, DESTINATION_OPTIONS = 60 };
/// The number of every network namespace's loopback.
enum { LOOPBACK_INTERFACE = 1 };

// How a place is looked up.

static __always_inline bool is_mapped(const struct rmrun_destination *to) {
  return to->address[0] == 0 && to->address[1] == 0 && to->address[2] == MAPPED;
}

static __always_inline bool is_in_networks(const struct rmrun_destination *to) {
  struct rmrun_destination_network key = {.bits = RMRUN_DESTINATION_PORT_BITS + 128, .to = *to};
  return bpf_map_lookup_elem(&listed_networks, &key) != NULL;
}

static __always_inline bool is_named(const struct rmrun_destination *to) {
  __u64 *until = bpf_map_lookup_elem(&named_addresses, to);
  return until && *until > bpf_ktime_get_boot_ns();
}

static __always_inline bool is_allowed(const struct rmrun_destination *to) {
  if (is_in_networks(to) || is_named(to)) return true;
  struct rmrun_destination any_port = *to;
  any_port.port = 0;
  return is_in_networks(&any_port) || is_named(&any_port);
}

static __always_inline void note_refusal(const struct rmrun_destination *to, __u32 protocol) {
  __u32 only = 0;
  struct rmrun_refused_counts *counts = bpf_map_lookup_elem(&refused_counts, &only);
  if (counts) __sync_fetch_and_add(&counts->destinations, 1);
  struct rmrun_refused_destination key = {.to = *to, .protocol = protocol};
  __u64 none = 0;
  // Another CPU may make it at the same time; where there is no room, the total alone counts it.
  if (!bpf_map_lookup_elem(&refused, &key)) bpf_map_update_elem(&refused, &key, &none, BPF_NOEXIST);
  __u64 *count = bpf_map_lookup_elem(&refused, &key);
  if (count) __sync_fetch_and_add(count, 1);
}

// The name server.

static __always_inline struct rmrun_name_server *own_name_server(void) {
  __u32 only = 0;
  return bpf_map_lookup_elem(&name_server, &only);
}

/// The port at which it is asked, in this way; 0: at none.
static __always_inline __u32 name_server_port(struct rmrun_name_server *server, bool is_stream, bool is_version_6) {
  if (is_stream) return is_version_6 ? server->tcp6 : server->tcp4;
  return is_version_6 ? server->udp6 : server->udp4;
}

static __always_inline bool is_name_server(const struct rmrun_destination *to, bool is_stream) {
  struct rmrun_name_server *server = own_name_server();
  if (!server || to->port == 0) return false;
  if (is_mapped(to)) return to->address[3] == LOOPBACK_4 && to->port == name_server_port(server, is_stream, false);
  bool is_loopback = to->address[0] == 0 && to->address[1] == 0 && to->address[2] == 0 && to->address[3] == LOOPBACK_6;
  return is_loopback && to->port == name_server_port(server, is_stream, true);
}

/// Makes of the server that is asked the job's own; false where that doesn't listen.
static __always_inline bool take_to_name_server(struct bpf_sock_addr *context, struct rmrun_destination *to, bool is_stream) {
  struct rmrun_name_server *server = own_name_server();
  bool is_version_6 = !is_mapped(to);
  __u32 port = server ? name_server_port(server, is_stream, is_version_6) : 0;
  if (port == 0) return false;
  __u64 cookie = bpf_get_socket_cookie(context);
  bpf_map_update_elem(&asked, &cookie, to, BPF_ANY);
  to->port = port;
  to->address[3] = is_version_6 ? LOOPBACK_6 : LOOPBACK_4;
  if (is_version_6) to->address[0] = to->address[1] = to->address[2] = 0;
  return true;
}

/// The server that the socket asked, where the name server answers for it.
static __always_inline struct rmrun_destination *asked_instead(struct bpf_sock_addr *context, const struct rmrun_destination *from) {
  if (!is_name_server(from, context->type == STREAM)) return NULL;
  __u64 cookie = bpf_get_socket_cookie(context);
  return bpf_map_lookup_elem(&asked, &cookie);
}

/// Whether the socket may go there; it may be sent elsewhere.
static __always_inline int judge(struct bpf_sock_addr *context, struct rmrun_destination *to) {
  bool is_stream = context->type == STREAM;
  if (is_name_server(to, is_stream)) return PASS;
  // A server that is listed as such is asked itself; one that is in a network for all ports is not.
  if (to->port == DOMAIN_PORT && !is_in_networks(to)) {
    if (take_to_name_server(context, to, is_stream)) return PASS;
  } else if (is_allowed(to)) {
    return PASS;
  }
  note_refusal(to, context->protocol);
  return REFUSE;
}

// Where a call of IPv4's, or of IPv6's, says it goes.

static __always_inline struct rmrun_destination place_4(struct bpf_sock_addr *context) {
  struct rmrun_destination place = {.port = context->user_port, .address = {0, 0, MAPPED, context->user_ip4}};
  return place;
}

static __always_inline struct rmrun_destination place_6(struct bpf_sock_addr *context) {
  struct rmrun_destination place = {
      .port = context->user_port,
      .address = {context->user_ip6[0], context->user_ip6[1], context->user_ip6[2], context->user_ip6[3]},
  };
  return place;
}

static __always_inline void set_4(struct bpf_sock_addr *context, const struct rmrun_destination *place) {
  context->user_ip4 = place->address[3];
  context->user_port = place->port;
}

static __always_inline void set_6(struct bpf_sock_addr *context, const struct rmrun_destination *place) {
  context->user_ip6[0] = place->address[0];
  context->user_ip6[1] = place->address[1];
  context->user_ip6[2] = place->address[2];
  context->user_ip6[3] = place->address[3];
  context->user_port = place->port;
}

SEC("reach4")
int reach_4(struct bpf_sock_addr *context) {
  struct rmrun_destination to = place_4(context);
  int verdict = judge(context, &to);
  set_4(context, &to);
  return verdict;
}

SEC("reach6")
int reach_6(struct bpf_sock_addr *context) {
  struct rmrun_destination to = place_6(context);
  int verdict = judge(context, &to);
  set_6(context, &to);
  return verdict;
}

// From where an answer seems to come, and whom a socket seems to be connected to: who is careful compares.

SEC("seem4")
int seem_4(struct bpf_sock_addr *context) {
  struct rmrun_destination from = place_4(context);
  struct rmrun_destination *instead = asked_instead(context, &from);
  if (instead) set_4(context, instead);
  return PASS;
}

SEC("seem6")
int seem_6(struct bpf_sock_addr *context) {
  struct rmrun_destination from = place_6(context);
  struct rmrun_destination *instead = asked_instead(context, &from);
  if (instead) set_6(context, instead);
  return PASS;
}

// What would go round the above.

/// Whoever has port 53 of an address at which the job's own name server asks could answer it.
static __always_inline int judge_own(struct bpf_sock_addr *context, const struct rmrun_destination *own) {
  if (own->port != DOMAIN_PORT) return PASS;
  note_refusal(own, context->protocol);
  return REFUSE;
}

SEC("own4")
int own_4(struct bpf_sock_addr *context) {
  struct rmrun_destination own = place_4(context);
  return judge_own(context, &own);
}

SEC("own6")
int own_6(struct bpf_sock_addr *context) {
  struct rmrun_destination own = place_6(context);
  return judge_own(context, &own);
}

/// Others than TCP and UDP go where no program is asked.
SEC("reach_create")
int create_socket(struct bpf_sock *socket) {
  if (socket->type == STREAM && socket->protocol == IPPROTO_TCP) return PASS;
  if (socket->type == DATAGRAM && socket->protocol == IPPROTO_UDP) return PASS;
  __u32 only = 0;
  struct rmrun_refused_counts *counts = bpf_map_lookup_elem(&refused_counts, &only);
  if (counts) __sync_fetch_and_add(&counts->sockets, 1);
  return REFUSE;
}

/// A socket of IPv6 may claim any address as its own (IPV6_FREEBIND): whoever is asked on this host would send the answer there.
static __always_inline bool is_forged(struct __sk_buff *packet, const struct rmrun_destination *to) {
  if (packet->ifindex != LOOPBACK_INTERFACE) return false;
  struct rmrun_destination from = {};
  bpf_skb_load_bytes(packet, 8, from.address, 16);
  bool is_same = from.address[0] == to->address[0] && from.address[1] == to->address[1] && from.address[2] == to->address[2] &&
                 from.address[3] == to->address[3];
  return !is_same && !bpf_map_lookup_elem(&own_addresses, &from);
}

/// The kernel's own header before a packet of TCP's that is longer than 64 KiB, which it takes away as it cuts the packet (BIG TCP; RFC 2675):
/// nothing but the length. Only of such a packet IPv6's own header has none. Source: struct hop_jumbo_hdr.
static __always_inline bool is_jumbo(struct __sk_buff *packet, const __u8 *header) {
  __u8 options[4];
  if (header[4] != 0 || header[5] != 0 || bpf_skb_load_bytes(packet, 40, options, sizeof options) < 0) return false;
  return options[0] == IPPROTO_TCP && options[1] == 0 && options[2] == JUMBO_PAYLOAD && options[3] == 4;
}

/// A socket's options can have a packet go by way of another host, which is free to keep it: its first stop is where it is really sent.
SEC("route")
int route_packet(struct __sk_buff *packet) {
  __u8 header[20];
  if (bpf_skb_load_bytes(packet, 0, header, sizeof header) < 0) return PASS;
  struct rmrun_destination to = {.address = {0, 0, MAPPED, 0}};
  __u32 protocol;
  if (header[0] >> 4 == 4) {
    if ((header[0] & 15) == 5) return PASS;
    protocol = header[9];
    bpf_skb_load_bytes(packet, 16, &to.address[3], 4);
  } else {
    protocol = header[6];
    bpf_skb_load_bytes(packet, 24, to.address, 16);
    bool is_extended = (protocol == HOP_BY_HOP && !is_jumbo(packet, header)) || protocol == ROUTING || protocol == DESTINATION_OPTIONS;
    if (!is_extended && !is_forged(packet, &to)) return PASS;
  }
  note_refusal(&to, protocol);
  return REFUSE;
}
