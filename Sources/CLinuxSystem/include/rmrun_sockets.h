#ifndef RMRUN_SOCKETS_H
#define RMRUN_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// unix(7) stream sockets by a name in an open directory: a path of any length, and of no other directory than was looked at.
/// All of them are non-blocking.

/// Makes a socket `name` in `directory` and listens on it. `-EADDRINUSE` if the name is taken.
int32_t rmrun_socket_listen(int32_t directory, const char *name, int32_t backlog);

/// Connects to the socket `name` in `directory`. `-ECONNREFUSED`: nobody listens there (any more). `-EAGAIN`: too many wait.
int32_t rmrun_socket_connect(int32_t directory, const char *name);

/// Takes the next connection. `-EAGAIN` if none waits.
int32_t rmrun_socket_accept(int32_t socket);

/// Sends what there is room for, without SIGPIPE. Returns the number of bytes.
int64_t rmrun_socket_send(int32_t socket, const void *_Nullable bytes, size_t size);

/// Who is at the other end: who connected, or who listens.
struct rmrun_socket_peer {
  /// 0 where it lives in a PID namespace that isn't seen from here.
  int32_t pid;
  uint32_t uid;
  /// That very process, which the caller closes; -1 before Linux 6.5.
  int32_t pidfd;
};
/// struct ucred is a GNU extension, which Swift's Glibc module doesn't show.
int32_t rmrun_socket_peer(int32_t socket, struct rmrun_socket_peer *peer);

#pragma clang assume_nonnull end
#endif
