#include "rmrun_sockets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

/// The address of a name in a directory, by way of /proc: sun_path has room for 108 bytes, and a path could be redirected.
static int32_t address_of(int32_t directory, const char *name, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (strchr(name, '/')) return -EINVAL;
  int length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", directory, name);
  return length < 0 || (size_t)length >= sizeof address->sun_path ? -ENAMETOOLONG : 0;
}

typedef int attach(int, const struct sockaddr *, socklen_t);

/// A socket that is bound to the name, or connected to it.
static int32_t attached(int32_t directory, const char *name, attach *attach) {
  struct sockaddr_un address;
  int32_t result = address_of(directory, name, &address);
  if (result < 0) return result;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  if (attach(fd, (const struct sockaddr *)&address, sizeof address) == 0) return fd;
  result = -errno;
  close(fd);
  return result;
}

int32_t rmrun_socket_listen(int32_t directory, const char *name, int32_t backlog) {
  int32_t fd = attached(directory, name, bind);
  if (fd < 0 || listen(fd, backlog) == 0) return fd;
  int32_t result = -errno;
  close(fd);
  return result;
}

int32_t rmrun_socket_connect(int32_t directory, const char *name) { return attached(directory, name, connect); }

int32_t rmrun_socket_accept(int32_t socket) {
  int fd = accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int64_t rmrun_socket_send(int32_t socket, const void *bytes, size_t size) {
  ssize_t count = send(socket, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  return count < 0 ? -errno : count;
}

int32_t rmrun_socket_peer(int32_t socket, struct rmrun_socket_peer *peer) {
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) return -errno;
  int pidfd = -1;
  size = sizeof pidfd;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) < 0) pidfd = -1;
  *peer = (struct rmrun_socket_peer){.pid = credentials.pid, .uid = credentials.uid, .pidfd = pidfd};
  return 0;
}
