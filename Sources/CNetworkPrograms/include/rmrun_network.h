#ifndef RMRUN_NETWORK_H
#define RMRUN_NETWORK_H

#include <linux/types.h>

// What the program in ../network.bpf.c and its supervisor share: what stands in the map.

/// What was counted apart: the key of an entry.
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

#endif
