#include "rmrun_landlock.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// The numbers are the same on every machine. Source: linux/landlock.h.
enum { NR_create_ruleset = 444, NR_add_rule = 445, ASK_VERSION = 1, RULE_PATH_BENEATH = 1 };

struct ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

struct path_rule {
  uint64_t accesses;
  int32_t place;
} __attribute__((packed));

static int32_t result(long value) { return value < 0 ? -errno : (int32_t)value; }

int32_t rmrun_landlock_version(void) {
  return result(syscall(NR_create_ruleset, NULL, (size_t)0, ASK_VERSION));
}

int32_t rmrun_landlock_create(uint64_t files, uint64_t scopes) {
  struct ruleset ruleset = {.files = files, .scopes = scopes};
  // A kernel that doesn't know a member refuses a structure with it.
  size_t size = scopes != 0 ? sizeof ruleset : sizeof ruleset.files;
  return result(syscall(NR_create_ruleset, &ruleset, size, 0));
}

int32_t rmrun_landlock_allow(int32_t ruleset, int32_t place, uint64_t accesses) {
  struct path_rule rule = {.accesses = accesses, .place = place};
  return result(syscall(NR_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0));
}

bool rmrun_has_capability(int32_t capability) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return false;
  return data[capability / 32].effective >> (capability % 32) & 1;
}
