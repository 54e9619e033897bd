#ifndef RMRUN_NETWORK_H
#define RMRUN_NETWORK_H

#include <linux/types.h>

// What the programs in ../network.bpf.c and their supervisor share: what stands in the maps.

/// What is counted apart: the key of an entry.
enum rmrun_traffic_kind {
  RMRUN_TRAFFIC_RECEIVED,
  RMRUN_TRAFFIC_SENT,
  RMRUN_TRAFFIC_LOOPBACK_RECEIVED,
  RMRUN_TRAFFIC_LOOPBACK_SENT,
  RMRUN_TRAFFIC_KINDS,
};

/// An entry, as one CPU counted it.
struct rmrun_traffic {
  __u64 bytes;
  __u64 packets;
};

/// A limit without an end.
#define RMRUN_UNLIMITED 0xffffffffffffffffULL

/// How far a job may go; the supervisor writes it.
struct rmrun_network_limits {
  /// Bytes received and sent, loopback apart.
  __u64 bytes;
  /// The sum of the bytes of each kind, times its weight: as it goes round, so does its limit, which is less than half a round ahead.
  __u64 weighted;
  __u64 weights[RMRUN_TRAFFIC_KINDS];
  /// The time that 2^20 bytes take in each direction, loopback apart; 0: as fast as they can.
  __u64 nanoseconds;
};

/// How far it has gone; the program writes it. A packet that would go further is refused, and not in it.
struct rmrun_network_use {
  __u64 bytes;
  __u64 weighted;
  /// Packets that were refused for each limit.
  __u64 refused_for_bytes;
  __u64 refused_for_weighted;
  /// When what was received, and what was sent, would be over at the rate.
  __u64 until[2];
};

/// How many interfaces have their own place, which is what their number leaves; a power of two. The most bytes of a packet of each, 0: unknown.
#define RMRUN_INTERFACES 1024

/// How many sockets that send beyond the rate are known at a time. A power of two.
#define RMRUN_SLOWED_SOCKETS 1024

/// How many connections a job has open, and may have.
struct rmrun_network_connections {
  __u64 limit;
  __u64 open;
};

/// How many connections can be timed at a time. A power of two.
#define RMRUN_BEGUN_CONNECTIONS 2048

/// The socket of a connection, by the number that no other ever has, and when it was begun.
struct rmrun_begun_connection {
  __u64 cookie;
  __u64 time;
};

/// Where a connection goes. IPv4 as IPv6 writes it; in network order, but for the port.
struct rmrun_timed_place {
  __u32 address[4];
  __u32 port;
};

/// How long something took, each time, in nanoseconds.
struct rmrun_times {
  __u64 count;
  __u64 sum;
  /// ~ of the least: like the most it can only grow, from zero.
  __u64 least_inverted;
  __u64 most;
};

/// Of the connections to a place.
struct rmrun_latency {
  /// Those that came about.
  __u64 connections;
  /// From the first packet to the answer.
  struct rmrun_times connect;
  /// What each connection had for its round trip at its end; the least is that of any packet.
  struct rmrun_times round_trip;
};

/// The maps, as the table of a program has them.
enum rmrun_network_map {
  RMRUN_NETWORK_TRAFFIC,
  RMRUN_NETWORK_INTERFACE_MTUS,
  RMRUN_NETWORK_LIMITS,
  RMRUN_NETWORK_USE,
  RMRUN_NETWORK_SLOWED_SOCKETS,
  RMRUN_NETWORK_CONNECTIONS,
  RMRUN_NETWORK_OPEN_SOCKETS,
  RMRUN_NETWORK_LISTED_NETWORKS,
  RMRUN_NETWORK_NAMED_ADDRESSES,
  RMRUN_NETWORK_REFUSED,
  RMRUN_NETWORK_REFUSED_COUNTS,
  RMRUN_NETWORK_NAME_SERVER,
  RMRUN_NETWORK_ASKED,
  RMRUN_NETWORK_OWN_ADDRESSES,
  RMRUN_NETWORK_BEGUN,
  RMRUN_NETWORK_LATENCIES,
  RMRUN_NETWORK_OTHER_CONNECTIONS,
};

#endif
