#include "rmrun_bpf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int32_t call(enum bpf_cmd command, union bpf_attr *attributes) {
  long result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
  return result < 0 ? -errno : (int32_t)result;
}

static uint64_t address(const void *pointer) { return (uint64_t)(uintptr_t)pointer; }

static uint32_t attach_type(enum rmrun_bpf_hook hook) {
  switch (hook) {
    case RMRUN_BPF_RECEIVED: return BPF_CGROUP_INET_INGRESS;
    case RMRUN_BPF_SENT: return BPF_CGROUP_INET_EGRESS;
    case RMRUN_BPF_CONNECT4: return BPF_CGROUP_INET4_CONNECT;
    case RMRUN_BPF_CONNECT6: return BPF_CGROUP_INET6_CONNECT;
    case RMRUN_BPF_CREATE: return BPF_CGROUP_INET_SOCK_CREATE;
    case RMRUN_BPF_RELEASE: return BPF_CGROUP_INET_SOCK_RELEASE;
    case RMRUN_BPF_SEND4: return BPF_CGROUP_UDP4_SENDMSG;
    case RMRUN_BPF_SEND6: return BPF_CGROUP_UDP6_SENDMSG;
    case RMRUN_BPF_RECEIVE4: return BPF_CGROUP_UDP4_RECVMSG;
    case RMRUN_BPF_RECEIVE6: return BPF_CGROUP_UDP6_RECVMSG;
    case RMRUN_BPF_PEER4: return BPF_CGROUP_INET4_GETPEERNAME;
    case RMRUN_BPF_PEER6: return BPF_CGROUP_INET6_GETPEERNAME;
    case RMRUN_BPF_BIND4: return BPF_CGROUP_INET4_BIND;
    case RMRUN_BPF_BIND6: return BPF_CGROUP_INET6_BIND;
    case RMRUN_BPF_CONNECTIONS: return BPF_CGROUP_SOCK_OPS;
  }
  return UINT32_MAX;
}

static uint32_t program_type(enum rmrun_bpf_hook hook) {
  switch (hook) {
    case RMRUN_BPF_RECEIVED:
    case RMRUN_BPF_SENT: return BPF_PROG_TYPE_CGROUP_SKB;
    case RMRUN_BPF_CONNECT4:
    case RMRUN_BPF_CONNECT6:
    case RMRUN_BPF_SEND4:
    case RMRUN_BPF_SEND6:
    case RMRUN_BPF_RECEIVE4:
    case RMRUN_BPF_RECEIVE6:
    case RMRUN_BPF_PEER4:
    case RMRUN_BPF_PEER6:
    case RMRUN_BPF_BIND4:
    case RMRUN_BPF_BIND6: return BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
    case RMRUN_BPF_CREATE:
    case RMRUN_BPF_RELEASE: return BPF_PROG_TYPE_CGROUP_SOCK;
    case RMRUN_BPF_CONNECTIONS: return BPF_PROG_TYPE_SOCK_OPS;
  }
  return UINT32_MAX;
}

int32_t rmrun_bpf_make_counters(struct rmrun_bpf_counters counters) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_type = BPF_MAP_TYPE_PERCPU_ARRAY;
  attributes.key_size = sizeof(uint32_t);
  attributes.value_size = counters.value_size;
  attributes.max_entries = counters.entries;
  strncpy(attributes.map_name, counters.name, BPF_OBJ_NAME_LEN - 1);
  return call(BPF_MAP_CREATE, &attributes);
}

int32_t rmrun_bpf_make_socket_set(const char *name, uint32_t entries) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_type = BPF_MAP_TYPE_HASH;
  attributes.key_size = sizeof(uint64_t);
  attributes.value_size = 1;
  attributes.max_entries = entries;
  strncpy(attributes.map_name, name, BPF_OBJ_NAME_LEN - 1);
  return call(BPF_MAP_CREATE, &attributes);
}

int32_t rmrun_bpf_make_shared(const char *name, uint32_t value_size, uint32_t entries) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = sizeof(uint32_t);
  attributes.value_size = value_size;
  attributes.max_entries = entries;
  strncpy(attributes.map_name, name, BPF_OBJ_NAME_LEN - 1);
  return call(BPF_MAP_CREATE, &attributes);
}

int32_t rmrun_bpf_write(int32_t map, const void *value) {
  uint32_t key = 0;
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_fd = (uint32_t)map;
  attributes.key = address(&key);
  attributes.value = address(value);
  return call(BPF_MAP_UPDATE_ELEM, &attributes);
}

int32_t rmrun_bpf_look_up(int32_t map, uint32_t key, void *values) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_fd = (uint32_t)map;
  attributes.key = address(&key);
  attributes.value = address(values);
  return call(BPF_MAP_LOOKUP_ELEM, &attributes);
}

static uint32_t map_type(enum rmrun_bpf_table_kind kind) {
  switch (kind) {
    case RMRUN_BPF_ALL: return BPF_MAP_TYPE_HASH;
    case RMRUN_BPF_LAST_USED: return BPF_MAP_TYPE_LRU_HASH;
    case RMRUN_BPF_PREFIXES: return BPF_MAP_TYPE_LPM_TRIE;
  }
  return UINT32_MAX;
}

int32_t rmrun_bpf_make_table(struct rmrun_bpf_table table) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_type = map_type(table.kind);
  attributes.key_size = table.key_size;
  attributes.value_size = table.value_size;
  attributes.max_entries = table.entries;
  // The kernel makes none of these beforehand.
  if (table.kind == RMRUN_BPF_PREFIXES) attributes.map_flags = BPF_F_NO_PREALLOC;
  strncpy(attributes.map_name, table.name, BPF_OBJ_NAME_LEN - 1);
  return call(BPF_MAP_CREATE, &attributes);
}

static int32_t at_key(enum bpf_cmd command, int32_t map, const void *key, const void *value) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_fd = (uint32_t)map;
  attributes.key = address(key);
  // The next key stands where a value does.
  attributes.value = address(value);
  return call(command, &attributes);
}

int32_t rmrun_bpf_get(int32_t map, const void *key, void *value) {
  return at_key(BPF_MAP_LOOKUP_ELEM, map, key, value);
}

int32_t rmrun_bpf_put(int32_t map, const void *key, const void *value) {
  return at_key(BPF_MAP_UPDATE_ELEM, map, key, value);
}

int32_t rmrun_bpf_remove(int32_t map, const void *key) {
  return at_key(BPF_MAP_DELETE_ELEM, map, key, NULL);
}

int32_t rmrun_bpf_next(int32_t map, const void *key, void *next) {
  return at_key(BPF_MAP_GET_NEXT_KEY, map, key, next);
}

int32_t rmrun_bpf_load(
    const char *name, enum rmrun_bpf_hook hook, const uint64_t *instructions, uint32_t count) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = program_type(hook);
  attributes.expected_attach_type = attach_type(hook);
  attributes.insns = address(instructions);
  attributes.insn_cnt = count;
  attributes.license = address("Apache-2.0");
  strncpy(attributes.prog_name, name, BPF_OBJ_NAME_LEN - 1);
  return call(BPF_PROG_LOAD, &attributes);
}

int32_t rmrun_bpf_attach(int32_t program, int32_t group, enum rmrun_bpf_hook hook) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)group;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = attach_type(hook);
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  return call(BPF_PROG_ATTACH, &attributes);
}

int32_t rmrun_bpf_detach(int32_t program, int32_t group, enum rmrun_bpf_hook hook) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)group;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = attach_type(hook);
  return call(BPF_PROG_DETACH, &attributes);
}

static int32_t query(
    int32_t group, enum rmrun_bpf_hook hook, uint32_t flags, uint32_t *programs, uint32_t *count) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.query.target_fd = (uint32_t)group;
  attributes.query.attach_type = attach_type(hook);
  attributes.query.query_flags = flags;
  attributes.query.prog_ids = address(programs);
  attributes.query.prog_cnt = *count;
  int32_t result = call(BPF_PROG_QUERY, &attributes);
  if (result >= 0 || result == -ENOSPC) *count = attributes.query.prog_cnt;
  return result;
}

int32_t rmrun_bpf_count_effective(int32_t group, enum rmrun_bpf_hook hook) {
  uint32_t count = 0;
  int32_t result = query(group, hook, BPF_F_QUERY_EFFECTIVE, NULL, &count);
  return result < 0 ? result : (int32_t)count;
}

int32_t rmrun_bpf_attached(
    int32_t group, enum rmrun_bpf_hook hook, uint32_t *programs, uint32_t room) {
  uint32_t count = room;
  int32_t result = query(group, hook, 0, programs, &count);
  // With more than there is room for, the first ones are there.
  if (result == -ENOSPC) return (int32_t)room;
  return result < 0 ? result : (int32_t)count;
}

static int32_t open_by_number(enum bpf_cmd command, uint32_t number) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_id = number;
  return call(command, &attributes);
}

static int32_t inform(int32_t descriptor, void *information, uint32_t size) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.info.bpf_fd = (uint32_t)descriptor;
  attributes.info.info_len = size;
  attributes.info.info = address(information);
  return call(BPF_OBJ_GET_INFO_BY_FD, &attributes);
}

enum { MOST_MAPS = 8 };

/// The numbers of the maps that a program of this name uses, at most `MOST_MAPS`: how many.
static int32_t maps_of(uint32_t number, const char *name, uint32_t *maps) {
  int32_t program = open_by_number(BPF_PROG_GET_FD_BY_ID, number);
  if (program < 0) return program;
  struct bpf_prog_info information;
  memset(&information, 0, sizeof information);
  information.nr_map_ids = MOST_MAPS;
  information.map_ids = address(maps);
  int32_t result = inform(program, &information, sizeof information);
  close(program);
  if (result < 0) return result;
  if (strncmp(information.name, name, sizeof information.name) != 0) return -ENOENT;
  return information.nr_map_ids < MOST_MAPS ? (int32_t)information.nr_map_ids : MOST_MAPS;
}

/// Opens a map if it is one of counters like these. Another version's may be larger than what there is room for.
static int32_t open_alike(uint32_t number, struct rmrun_bpf_counters counters) {
  int32_t map = open_by_number(BPF_MAP_GET_FD_BY_ID, number);
  if (map < 0) return map;
  struct bpf_map_info information;
  memset(&information, 0, sizeof information);
  int32_t result = inform(map, &information, sizeof information);
  bool is_alike = information.type == BPF_MAP_TYPE_PERCPU_ARRAY && information.value_size == counters.value_size &&
                  information.max_entries == counters.entries;
  if (result >= 0 && is_alike) return map;
  close(map);
  return result < 0 ? result : -ENOENT;
}

int32_t rmrun_bpf_open_counters_of(uint32_t program, const char *name, struct rmrun_bpf_counters counters) {
  uint32_t maps[MOST_MAPS];
  int32_t count = maps_of(program, name, maps);
  if (count < 0) return count;
  for (int32_t index = 0; index < count; index++) {
    int32_t map = open_alike(maps[index], counters);
    if (map != -ENOENT) return map;
  }
  return -ENOENT;
}
