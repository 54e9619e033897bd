#include "rmrun_calls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Source: linux/audit.h, netlink(7): a record is a message of its own, whose type says of what it is, and whose text is not ended.

// The longest that the kernel writes (AUDIT_BUFSIZ is less, libaudit has this). Longer ones are cut off, not lost.
enum { LONGEST_RECORD = 8970 };

int32_t rmrun_open_audit(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_AUDIT);
  if (fd < 0) return -errno;
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1U << (AUDIT_NLGRP_READLOG - 1)};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  int failure = errno;
  close(fd);
  return -failure;
}

int32_t rmrun_next_filter_record(int32_t audit, char *text, int32_t size) {
  union {
    struct nlmsghdr header;
    char bytes[NLMSG_SPACE(LONGEST_RECORD)];
  } message;
  for (;;) {
    struct sockaddr_nl sender = {0};
    socklen_t length = sizeof sender;
    ssize_t received = recvfrom(audit, &message, sizeof message, 0, (struct sockaddr *)&sender, &length);
    // ENOBUFS: some were lost, the next ones were not.
    if (received < 0 && (errno == ENOBUFS || errno == EINTR)) continue;
    if (received < 0) return -errno;
    // The kernel alone has number 0.
    if (received < NLMSG_HDRLEN || sender.nl_pid != 0 || message.header.nlmsg_type != AUDIT_SECCOMP) continue;
    int32_t count = (int32_t)(received - NLMSG_HDRLEN);
    if (count > size) count = size;
    memcpy(text, message.bytes + NLMSG_HDRLEN, (size_t)count);
    return count;
  }
}
