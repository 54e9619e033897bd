#include "rmrun_calls.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int32_t rmrun_socket_pair(int32_t *sockets) {
  int made[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, made) < 0) return -errno;
  sockets[0] = made[0];
  sockets[1] = made[1];
  return 0;
}

int32_t rmrun_receive_descriptor(int32_t socket) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  char byte;
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (received < 0) return -errno;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -EAGAIN;
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

int32_t rmrun_next_call(int32_t listener, struct rmrun_call *call) {
  struct pollfd wanted = {.fd = listener, .events = POLLIN};
  if (poll(&wanted, 1, 0) < 0) return -errno;
  if (!(wanted.revents & POLLIN)) return wanted.revents != 0 ? -EPIPE : 0;
  // The kernel wants it to be zero, so that it can grow.
  struct seccomp_notif notification;
  memset(&notification, 0, sizeof notification);
  // ENOENT: the caller was killed in between.
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) < 0) return errno == ENOENT ? 0 : -errno;
  call->id = notification.id;
  call->pid = notification.pid;
  call->number = (uint32_t)notification.data.nr;
  call->architecture = notification.data.arch;
  for (size_t index = 0; index < 6; index++) call->arguments[index] = notification.data.args[index];
  return 1;
}

int32_t rmrun_refuse_call(int32_t listener, uint64_t id, int32_t error) {
  struct seccomp_notif_resp response = {.id = id, .error = -error};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) < 0 ? -errno : 0;
}
