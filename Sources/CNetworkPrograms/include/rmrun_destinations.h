#ifndef RMRUN_DESTINATIONS_H
#define RMRUN_DESTINATIONS_H

#include <linux/types.h>

// What the programs in ../destinations.bpf.c and their supervisor share: what stands in the maps. Addresses and ports are as on the wire;
// an address of IPv4 is the one of IPv6 that it is mapped to (::ffff:a.b.c.d).

/// Where to; in a list, port 0 is every port.
struct rmrun_destination {
  __u32 port;
  __u32 address[4];
};

/// Networks that are listed: the port, and so many bits of the address.
struct rmrun_destination_network {
  __u32 bits;
  struct rmrun_destination to;
};

/// The bits of a network's key that are no bits of its address.
#define RMRUN_DESTINATION_PORT_BITS 32

/// What was refused, and by which protocol of IP.
struct rmrun_refused_destination {
  struct rmrun_destination to;
  __u32 protocol;
};

/// How often something was refused.
struct rmrun_refused_counts {
  __u64 destinations;
  /// Sockets of other kinds than TCP's and UDP's.
  __u64 sockets;
};

/// The ports at which the job's name server listens, on 127.0.0.1 and on ::1; 0: it doesn't.
struct rmrun_name_server {
  __u64 udp4;
  __u64 tcp4;
  __u64 udp6;
  __u64 tcp6;
};

#endif
