#include "rmrun_events.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

const int32_t rmrun_code_kernel = SI_KERNEL;
const int32_t rmrun_code_user = SI_USER;

// This header's names and the kernel's, side by side.
static const struct {
  uint32_t ours;
  uint32_t kernels;
} names[] = {
    {RMRUN_POLL_READABLE, EPOLLIN}, {RMRUN_POLL_WRITABLE, EPOLLOUT}, {RMRUN_POLL_PRIORITY, EPOLLPRI},
    {RMRUN_POLL_HANGUP, EPOLLHUP},  {RMRUN_POLL_ERROR, EPOLLERR},
};
enum { NAMES = sizeof names / sizeof names[0] };

int32_t rmrun_epoll_create(void) {
  int fd = epoll_create1(EPOLL_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int32_t rmrun_epoll_add(int32_t epoll, int32_t fd, uint64_t token, uint32_t events) {
  struct epoll_event event = {.events = 0, .data.u64 = token};
  for (int i = 0; i < NAMES; i++)
    if (events & names[i].ours) event.events |= names[i].kernels;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int32_t rmrun_epoll_remove(int32_t epoll, int32_t fd) {
  return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) < 0 ? -errno : 0;
}

int32_t rmrun_epoll_wait(int32_t epoll, struct rmrun_poll_event *events, int32_t capacity, bool nohang) {
  struct epoll_event ready[64];
  if (capacity > 64) capacity = 64;
  int count = epoll_wait(epoll, ready, capacity, nohang ? 0 : -1);
  if (count < 0) return -errno;
  for (int at = 0; at < count; at++) {
    events[at].token = ready[at].data.u64;
    events[at].events = 0;
    for (int i = 0; i < NAMES; i++)
      if (ready[at].events & names[i].kernels) events[at].events |= names[i].ours;
  }
  return count;
}

int32_t rmrun_timer_create(void) {
  int fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int32_t rmrun_timer_set(int32_t timer, int64_t nanoseconds) {
  struct itimerspec time = {
      .it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000},
  };
  return timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL) < 0 ? -errno : 0;
}

int32_t rmrun_eventfd(void) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int32_t rmrun_eventfd_add(int32_t fd) { return eventfd_write(fd, 1) < 0 && errno != EAGAIN ? -errno : 0; }

int32_t rmrun_eventfd_clear(int32_t fd) {
  eventfd_t count;
  return eventfd_read(fd, &count) < 0 && errno != EAGAIN ? -errno : 0;
}

int32_t rmrun_signalfd(uint64_t signals) {
  // The raw call takes the kernel's 8 bytes; glibc's wrapper its own wider set.
  long fd = syscall(SYS_signalfd4, -1, &signals, sizeof signals, SFD_CLOEXEC | SFD_NONBLOCK);
  return fd < 0 ? -errno : (int32_t)fd;
}

int32_t rmrun_signalfd_read(int32_t fd, struct rmrun_signal_info *info) {
  struct signalfd_siginfo read_info;
  ssize_t count = read(fd, &read_info, sizeof read_info);
  if (count < 0) return errno == EAGAIN ? 0 : -errno;
  if (count != sizeof read_info) return -EIO;
  info->signal = (int32_t)read_info.ssi_signo;
  info->code = read_info.ssi_code;
  info->pid = (int32_t)read_info.ssi_pid;
  info->uid = read_info.ssi_uid;
  return 1;
}
