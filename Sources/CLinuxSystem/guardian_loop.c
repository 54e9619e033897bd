#include "guardian.h"

#include "rmrun_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The guardian's side. It runs in a fork of a Swift program: no malloc, no stdio, no locks, `_exit` only.
//
// The idea: it sleeps in poll() on the socket and on the supervisor's pidfd. Each watch brings the descriptors that
// are needed to end that job, so at the supervisor's death nothing must be looked up. Then it first kills every group
// (microseconds each), and only then waits for them to be empty and removes them.

/// How long the guardian tries to remove what it killed. Beyond that the sweep at the next start finds it.
enum { CLEANUP_MILLISECONDS = 10000 };

/// How long the recovery may take to book what the jobs used.
enum { RECOVERY_MILLISECONDS = 30000 };

/// The watches. `ids` stands apart so that looking one up reads 8 bytes a job. An id of 0 is a free place.
struct table {
  uint64_t ids[RMRUN_GUARDIAN_JOBS];
  struct guardian_watch watches[RMRUN_GUARDIAN_JOBS];
  // One past the highest place that was ever used.
  uint32_t end;
};

int64_t guardian_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void guardian_sleep(int64_t milliseconds) {
  struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = (milliseconds % 1000) * 1000000};
  nanosleep(&time, NULL);
}

/// Leaves everything of the supervisor's behind: session, terminal, descriptors, working directory.
/// Returns false if the descriptors couldn't be put in order.
static bool settle(int *socket, int *supervisor) {
  setsid();
  prctl(PR_SET_NAME, "rmrun-guardian", 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
  if (chdir("/") < 0) return false;

  // Three descriptors a job: take what is allowed.
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }

  // The socket becomes 3 and the pidfd 4. Through high numbers, as either may be where the other should go.
  int high_socket = fcntl(*socket, F_DUPFD_CLOEXEC, 5);
  int high_supervisor = *supervisor < 0 ? -1 : fcntl(*supervisor, F_DUPFD_CLOEXEC, 5);
  if (high_socket < 0 || dup3(high_socket, 3, O_CLOEXEC) < 0) return false;
  *socket = 3;
  *supervisor = high_supervisor >= 0 && dup3(high_supervisor, 4, O_CLOEXEC) >= 0 ? 4 : -1;

  // A pipe that the supervisor's caller reads to its end must not stay open because of the guardian.
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; fd++)
    if (null < 0 || (null != fd && dup2(null, fd) < 0)) close(fd);
  if (*supervisor < 0) close(4);
  if (syscall(SYS_close_range, 5U, ~0U, 0U) < 0)
    for (int fd = 5; fd < 65536; fd++) close(fd);
  // Needs CAP_SYS_RESOURCE; without it the guardian is merely as likely a victim as it is small.
  int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    (void)!write(score, "-1000", 5);
    close(score);
  }
  return true;
}

static int64_t find(const struct table *table, uint64_t id) {
  for (uint32_t at = 0; at < table->end; at++)
    if (table->ids[at] == id) return at;
  return -1;
}

static void forget(struct table *table, int64_t at) {
  struct guardian_watch *watch = &table->watches[at];
  if (watch->group >= 0) close(watch->group);
  if (watch->parent >= 0) close(watch->parent);
  if (watch->kill >= 0) close(watch->kill);
  table->ids[at] = 0;
}

static int32_t remember(struct table *table, const struct guardian_message *message, const int fds[2]) {
  bool has_two = message->kind == GUARDIAN_WATCH_GROUP || message->kind == GUARDIAN_WATCH_PROJECT;
  // A descriptor that didn't fit in the table of open files is cut off on the way (MSG_CTRUNC).
  if (has_two && (fds[0] < 0 || fds[1] < 0)) return -EMFILE;
  if (message->kind == GUARDIAN_WATCH_PLACE && fds[0] < 0) return -EMFILE;
  int64_t at = find(table, message->id);
  if (at >= 0) forget(table, at);
  if (at < 0) at = find(table, 0);
  if (at < 0 && table->end < RMRUN_GUARDIAN_JOBS) at = table->end++;
  if (at < 0) return -ENOSPC;
  struct guardian_watch *watch = &table->watches[at];
  watch->kind = message->kind;
  watch->group = fds[0];
  watch->parent = fds[1];
  bool has_group = message->kind == GUARDIAN_WATCH_GROUP;
  watch->kill = has_group ? openat(fds[0], "cgroup.kill", O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
  memcpy(watch->name, message->name, sizeof watch->name);
  watch->name[sizeof watch->name - 1] = 0;
  table->ids[at] = message->id;
  return 0;
}

static void take_descriptors(struct msghdr *header, int fds[2]) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part != NULL; part = CMSG_NXTHDR(header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t at = 0; at < count && at < 2; at++) memcpy(&fds[at], CMSG_DATA(part) + at * sizeof(int), sizeof(int));
  }
}

static void handle(struct table *table, int socket, const struct guardian_message *message, int fds[2]) {
  struct guardian_answer answer = {.id = message->id};
  int64_t at;
  switch (message->kind) {
    case GUARDIAN_WATCH_GROUP:
    case GUARDIAN_WATCH_MARKER:
    case GUARDIAN_WATCH_PROJECT:
      answer.result = message->id == 0 ? -EINVAL : remember(table, message, fds);
      if (answer.result == 0) fds[0] = fds[1] = -1;  // the table's now
      send(socket, &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT);
      break;
    case GUARDIAN_WATCH_PLACE:
      // No answer: nothing runs there yet, and the watch that follows waits for one.
      if (message->id != 0 && remember(table, message, fds) == 0) fds[0] = fds[1] = -1;
      break;
    case GUARDIAN_RELEASE:
      at = message->id == 0 ? -1 : find(table, message->id);
      if (at >= 0) forget(table, at);
      break;
  }
  if (fds[0] >= 0) close(fds[0]);
  if (fds[1] >= 0) close(fds[1]);
}

enum receipt { RECEIVED, NOTHING_YET, ENDED };

static enum receipt receive(struct table *table, int socket, int flags) {
  struct guardian_message message;
  union {
    char bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr alignment;
  } control;
  struct iovec data = {.iov_base = &message, .iov_len = sizeof message};
  struct msghdr header = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  ssize_t count = recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? NOTHING_YET : ENDED;
  int fds[2] = {-1, -1};
  take_descriptors(&header, fds);
  if (count == 0) return ENDED;
  if (count == sizeof message) {
    handle(table, socket, &message, fds);
  } else {
    if (fds[0] >= 0) close(fds[0]);
    if (fds[1] >= 0) close(fds[1]);
  }
  return RECEIVED;
}

/// Sleeps until the supervisor is dead or has closed its socket, having taken in all that it sent before.
static void keep_watch(struct table *table, int socket, int supervisor) {
  struct pollfd waits[2] = {{.fd = socket, .events = POLLIN}, {.fd = supervisor, .events = POLLIN}};
  for (;;) {
    // A negative descriptor is passed over by poll().
    if (poll(waits, 2, -1) < 0) {
      if (errno == EINTR) continue;
      // Somebody has left this process fewer descriptors than these two (EINVAL). To receive takes no limit, and the socket ends with the
      // supervisor as well.
      if (receive(table, socket, 0) == ENDED) return;
      continue;
    }
    // Looked at before the socket is drained: what a dead supervisor sent is all there.
    bool dead = waits[1].revents != 0;
    enum receipt last;
    do last = receive(table, socket, MSG_DONTWAIT);
    while (last == RECEIVED);
    if (last == ENDED || dead) return;
  }
}

/// What to run when jobs have been ended; NULL: nothing.
struct recovery {
  const char *executable;
  char *const *argv;
  char *const *envp;
  uint64_t mask;
};

/// Has the recovery read the final counters of groups in which nothing lives any more, before they go.
static void recover(const struct recovery *recovery) {
  if (recovery->executable == NULL || recovery->argv == NULL || recovery->envp == NULL) return;
  pid_t pid = _Fork();
  if (pid == 0) {
    rmrun_set_blocked_signals(recovery->mask);
    execve(recovery->executable, recovery->argv, recovery->envp);
    _exit(127);
  }
  if (pid < 0) return;
  int process = rmrun_pidfd_open(pid);
  int64_t deadline = guardian_now() + RECOVERY_MILLISECONDS;
  struct pollfd wait = {.fd = process, .events = POLLIN};
  for (int64_t left; process >= 0 && (left = deadline - guardian_now()) > 0;)
    if (poll(&wait, 1, (int)left) > 0) break;
  // One that hangs must not keep the groups.
  if (process < 0 || guardian_now() >= deadline) kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
  if (process >= 0) close(process);
}

/// Ends all jobs that are still watched.
static void end_jobs(const struct table *table, const struct recovery *recovery) {
  uint32_t count = 0;
  for (uint32_t at = 0; at < table->end; at++) {
    uint32_t kind = table->watches[at].kind;
    if (table->ids[at] == 0 || kind == GUARDIAN_WATCH_PLACE || kind == GUARDIAN_WATCH_PROJECT) continue;
    count++;
    if (kind == GUARDIAN_WATCH_GROUP) guardian_kill_group(&table->watches[at]);
  }
  int64_t deadline = guardian_now() + CLEANUP_MILLISECONDS;
  if (count > 0 && recovery->executable != NULL) {
    for (uint32_t at = 0; at < table->end; at++) {
      if (table->ids[at] == 0 || table->watches[at].kind != GUARDIAN_WATCH_GROUP) continue;
      guardian_await_empty(&table->watches[at], deadline);
      // The supervisor's lock on the directory lives on in the duplicate that it sent; the recovery takes none that somebody holds.
      flock(table->watches[at].group, LOCK_UN);
    }
    recover(recovery);
    deadline = guardian_now() + CLEANUP_MILLISECONDS;
  }
  for (uint32_t at = 0; at < table->end; at++) {
    if (table->ids[at] == 0) continue;
    if (table->watches[at].kind == GUARDIAN_WATCH_MARKER)
      guardian_kill_marked(table->watches[at].name, deadline);
    else if (table->watches[at].kind == GUARDIAN_WATCH_GROUP)
      guardian_remove_group(&table->watches[at], deadline);
  }
  // Only now is nobody left whom the limits hold.
  for (uint32_t at = 0; at < table->end; at++)
    if (table->ids[at] != 0 && table->watches[at].kind == GUARDIAN_WATCH_PROJECT) guardian_free_project(&table->watches[at]);
  for (uint32_t at = 0; at < table->end; at++)
    if (table->ids[at] != 0 && table->watches[at].kind == GUARDIAN_WATCH_GROUP) guardian_leave(&table->watches[at]);
  for (uint32_t at = 0; at < table->end; at++)
    if (table->ids[at] != 0 && table->watches[at].kind == GUARDIAN_WATCH_PLACE) guardian_leave_place(&table->watches[at]);
}

_Noreturn void guardian_run(int socket, int supervisor, const char *recovery, char *const *argv, char *const *envp,
                            uint64_t inherited_mask) {
  if (!settle(&socket, &supervisor)) _exit(1);
  struct table *table =
      mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (table == MAP_FAILED) _exit(1);
  keep_watch(table, socket, supervisor);
  end_jobs(table, &(struct recovery){recovery, argv, envp, inherited_mask});
  _exit(0);
}
