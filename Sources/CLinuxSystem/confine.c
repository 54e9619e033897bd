#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4U
#endif

int rmrun_keep_descriptors(const struct rmrun_confinement *confinement) {
  for (size_t index = 0; index < confinement->kept_descriptor_count; index++) {
    int flags = fcntl(confinement->kept_descriptors[index], F_GETFD);
    if (flags < 0) return -1;
    // The supervisor's own are close-on-exec, what its caller handed down is not: nobody names one of ours.
    if (flags & FD_CLOEXEC) {
      errno = EBADF;
      return -1;
    }
  }
  if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0) return -1;
  for (size_t index = 0; index < confinement->kept_descriptor_count; index++)
    if (fcntl(confinement->kept_descriptors[index], F_SETFD, 0) < 0) return -1;
  return 0;
}

// Capabilities. glibc has no wrapper for capset(2); libcap's would allocate.

static int set_capabilities(uint64_t permitted, uint64_t inheritable) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2] = {
      {.effective = (uint32_t)permitted, .permitted = (uint32_t)permitted, .inheritable = (uint32_t)inheritable},
      {.effective = (uint32_t)(permitted >> 32),
       .permitted = (uint32_t)(permitted >> 32),
       .inheritable = (uint32_t)(inheritable >> 32)},
  };
  return (int)syscall(SYS_capset, &header, data);
}

static int permitted_capabilities(uint64_t *permitted) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return -1;
  *permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted;
  return 0;
}

/// The bounding set, and what it means to be user 0: both can be changed by CAP_SETPCAP alone. A process without it has nothing there that
/// no_new_privs does not keep from it.
static int lower_ceiling(uint64_t kept, bool may) {
  if (!may) return 0;
  for (unsigned long capability = 0; capability < 64; capability++) {
    if (kept >> capability & 1) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
      // The kernel's last one was before.
      if (errno == EINVAL && capability > 0) break;
      return -1;
    }
  }
  // User 0 gets nothing by an exec; that can't be taken back.
  unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED;
  // Where some are kept, a daemon that becomes another user loses them by it as ever; and so would this process, but for KEEP_CAPS.
  bits |= kept == 0 ? SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED : SECBIT_KEEP_CAPS;
  return prctl(PR_SET_SECUREBITS, bits, 0, 0, 0);
}

/// What is kept has to be ambient, else the command's exec would lose it.
static int keep_capabilities(uint64_t kept) {
  if (set_capabilities(kept, kept) < 0) return -1;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL) return -1;
  for (unsigned long capability = 0; capability < 64; capability++)
    if (kept >> capability & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0) return -1;
  return 0;
}

int rmrun_set_identity(const struct rmrun_confinement *confinement) {
  uint64_t permitted;
  if (permitted_capabilities(&permitted) < 0) return -1;
  if (confinement->drops_capabilities &&
      lower_ceiling(confinement->kept_capabilities, permitted >> CAP_SETPCAP & 1) < 0)
    return -1;
  // Raw calls: glibc's set the identity of all threads of what it believes to be its process.
  if (confinement->sets_user || confinement->sets_group)
    if (syscall(SYS_setgroups, confinement->group_count, confinement->groups) < 0) return -1;
  if (confinement->sets_group) {
    uint32_t group = confinement->group;
    if (syscall(SYS_setresgid, group, group, group) < 0) return -1;
  }
  if (confinement->sets_user) {
    uint32_t user = confinement->user;
    if (syscall(SYS_setresuid, user, user, user) < 0) return -1;
  }
  if (!confinement->drops_capabilities) return 0;
  return keep_capabilities(confinement->kept_capabilities);
}

int rmrun_restrict(const struct rmrun_confinement *confinement) {
  if (confinement->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -1;
  if (confinement->landlock_fd < 0) return 0;
  return (int)syscall(446 /* landlock_restrict_self, on every machine */, confinement->landlock_fd, 0);
}

/// Hands the listener to the supervisor: once this process executes something, it has it no more.
static int send_listener(int socket, int listener) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  char byte = 0;
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof(int));
  *(int *)CMSG_DATA(&control.header) = listener;
  return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
}

static long set_filter(const uint64_t *instructions, size_t length, unsigned flags) {
  struct sock_fprog program = {
      .len = (unsigned short)length, .filter = (struct sock_filter *)(uintptr_t)instructions};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/// Closes one descriptor that the exec would close, of a number that RLIMIT_NOFILE allows: by now that may leave no room for another.
/// False if there is none, with errno as it was.
static bool free_descriptor(const struct rmrun_confinement *confinement) {
  struct rlimit64 limit;
  int failure = errno;
  if (prlimit64(0, RLIMIT_NOFILE, NULL, &limit) < 0) limit.rlim_cur = 0;
  int end = limit.rlim_cur > 1 << 20 ? 1 << 20 : (int)limit.rlim_cur;
  bool is_free = false;
  for (int fd = 3; fd < end && !is_free; fd++) {
    if (fd == confinement->listener_socket || fd == confinement->landlock_fd) continue;
    int flags = fcntl(fd, F_GETFD);
    is_free = flags >= 0 && flags & FD_CLOEXEC && close(fd) == 0;
  }
  errno = failure;
  return is_free;
}

static long set_notifying_filter(const struct rmrun_confinement *confinement) {
  return set_filter(confinement->notifying_filter, confinement->filter_length, SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

int rmrun_install_filter(const struct rmrun_confinement *confinement) {
  if (confinement->filter == NULL) return 0;
  if (confinement->notifying_filter != NULL && confinement->listener_socket >= 0) {
    long listener = set_notifying_filter(confinement);
    // The limit is set by now: under the filter it may not be settable.
    if (listener < 0 && errno == EMFILE && free_descriptor(confinement)) listener = set_notifying_filter(confinement);
    if (listener >= 0) return send_listener(confinement->listener_socket, (int)listener);
    // EBUSY: whoever confined this supervisor listens already. EINVAL: a kernel before 5.0. EMFILE: the job may have no descriptor more.
    if (errno != EBUSY && errno != EINVAL && errno != EMFILE) return -1;
  }
  return set_filter(confinement->filter, confinement->filter_length, 0) < 0 ? -1 : 0;
}
