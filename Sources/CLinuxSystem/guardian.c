#include "guardian.h"

#include "rmrun_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The supervisor's side: start a guardian and talk to it.

/// How long a guardian may take to answer. It only sleeps and reads, but on a busy host it may wait for its turn: more than a second was
/// seen beside ten compilers on two processors.
enum { ANSWER_MILLISECONDS = 10000 };

int32_t rmrun_guardian_start(const char *recovery, char *const *argv, char *const *envp,
                             struct rmrun_guardian *guardian) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
  // The end of the socket tells of the supervisor's death, unless some child that was just forked still holds a
  // copy; a pidfd tells in any case. Opened before the fork: afterwards the number could be another process's.
  int supervisor = rmrun_pidfd_open(getpid());

  uint64_t mask = rmrun_blocked_signals();
  rmrun_set_blocked_signals(~0ULL);
  pid_t pid = _Fork();  // not fork(): no handler of pthread_atfork may run in this child
  if (pid == 0) guardian_run(ends[1], supervisor < 0 ? -1 : supervisor, recovery, argv, envp, mask);
  int failure = errno;
  rmrun_set_blocked_signals(mask);
  if (supervisor >= 0) close(supervisor);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return -failure;
  }
  guardian->pid = pid;
  guardian->pidfd = rmrun_pidfd_open(pid);  // ours, and not waited for yet: still the same process
  guardian->socket = ends[0];
  return 0;
}

static int32_t send_message(int socket, const struct guardian_message *message, const int *fds, size_t fd_count) {
  union {
    char bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr alignment;
  } control;
  struct iovec data = {.iov_base = (void *)message, .iov_len = sizeof *message};
  struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1};
  if (fd_count > 0) {
    memset(&control, 0, sizeof control);
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
    memcpy(CMSG_DATA(rights), fds, fd_count * sizeof(int));
  }
  int64_t deadline = guardian_now() + ANSWER_MILLISECONDS;
  for (;;) {
    if (sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return 0;
    if (errno == ECONNRESET) return -EPIPE;
    if (errno != EAGAIN && errno != EINTR) return -errno;
    int64_t left = deadline - guardian_now();
    if (left <= 0) return -ETIMEDOUT;
    struct pollfd wait = {.fd = socket, .events = POLLOUT};
    if (poll(&wait, 1, (int)left) < 0 && errno != EINTR) return -errno;
  }
}

static int32_t await_answer(int socket, uint64_t id) {
  int64_t deadline = guardian_now() + ANSWER_MILLISECONDS;
  for (;;) {
    struct guardian_answer answer;
    ssize_t count = recv(socket, &answer, sizeof answer, MSG_DONTWAIT);
    // A late answer to an earlier watch, whose caller gave up, is passed over.
    if (count == sizeof answer && answer.id == id) return answer.result;
    if (count == 0 || (count < 0 && errno == ECONNRESET)) return -EPIPE;
    if (count < 0 && errno != EAGAIN && errno != EINTR) return -errno;
    int64_t left = deadline - guardian_now();
    if (left <= 0) return -ETIMEDOUT;
    struct pollfd wait = {.fd = socket, .events = POLLIN};
    if (poll(&wait, 1, (int)left) < 0 && errno != EINTR) return -errno;
  }
}

static int32_t compose(struct guardian_message *message, uint32_t kind, uint64_t id, const char *name) {
  size_t length = strlen(name);
  if (length == 0 || length >= sizeof message->name) return -ENAMETOOLONG;
  memset(message, 0, sizeof *message);
  message->kind = kind;
  message->id = id;
  memcpy(message->name, name, length);
  return 0;
}

int32_t rmrun_guardian_watch_group(int32_t socket, uint64_t id, int32_t group, int32_t parent, const char *name) {
  struct guardian_message message;
  int32_t result = compose(&message, GUARDIAN_WATCH_GROUP, id, name);
  if (result == 0) result = send_message(socket, &message, (int[]){group, parent}, 2);
  return result < 0 ? result : await_answer(socket, id);
}

int32_t rmrun_guardian_watch_marker(int32_t socket, uint64_t id, const char *marker) {
  struct guardian_message message;
  int32_t result = compose(&message, GUARDIAN_WATCH_MARKER, id, marker);
  if (result == 0) result = send_message(socket, &message, NULL, 0);
  return result < 0 ? result : await_answer(socket, id);
}

int32_t rmrun_guardian_watch_place(int32_t socket, uint64_t id, int32_t directory, const char *name) {
  struct guardian_message message;
  int32_t result = compose(&message, GUARDIAN_WATCH_PLACE, id, name);
  return result < 0 ? result : send_message(socket, &message, &directory, 1);
}

int32_t rmrun_guardian_watch_project(int32_t socket, uint64_t id, int32_t directory, int32_t records, const char *name) {
  struct guardian_message message;
  int32_t result = compose(&message, GUARDIAN_WATCH_PROJECT, id, name);
  if (result == 0) result = send_message(socket, &message, (int[]){directory, records}, 2);
  return result < 0 ? result : await_answer(socket, id);
}

int32_t rmrun_guardian_release(int32_t socket, uint64_t id) {
  struct guardian_message message = {.kind = GUARDIAN_RELEASE, .id = id};
  return send_message(socket, &message, NULL, 0);
}
