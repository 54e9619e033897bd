#ifndef RMRUN_EVENTS_H
#define RMRUN_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// epoll(7), eventfd(2), timerfd_create(2) and signalfd(2): Swift's Glibc module shows none of their headers.

enum {
  RMRUN_POLL_READABLE = 1,
  RMRUN_POLL_WRITABLE = 2,
  RMRUN_POLL_PRIORITY = 4,
  RMRUN_POLL_HANGUP = 8,
  RMRUN_POLL_ERROR = 16,
};

struct rmrun_poll_event {
  uint64_t token;
  uint32_t events;
};

int32_t rmrun_epoll_create(void);
int32_t rmrun_epoll_add(int32_t epoll, int32_t fd, uint64_t token, uint32_t events);
int32_t rmrun_epoll_remove(int32_t epoll, int32_t fd);
/// Waits for events, at most `capacity` (64 at the most); blocks unless `nohang`. Returns their number.
int32_t rmrun_epoll_wait(int32_t epoll, struct rmrun_poll_event *events, int32_t capacity, bool nohang);

/// A timer on CLOCK_BOOTTIME, which runs on while the machine is suspended.
int32_t rmrun_timer_create(void);
/// Sets the timer to an absolute time in nanoseconds; 0 disarms it. Clears an expiry that wasn't read.
int32_t rmrun_timer_set(int32_t timer, int64_t nanoseconds);

/// An eventfd(2) counter, for one thread to wake another.
int32_t rmrun_eventfd(void);
int32_t rmrun_eventfd_add(int32_t fd);
/// Sets the counter back to zero.
int32_t rmrun_eventfd_clear(int32_t fd);

struct rmrun_signal_info {
  int32_t signal;
  int32_t code;
  int32_t pid;
  uint32_t uid;
};

/// Makes a descriptor that yields the signals of a set (bit n-1 is signal n).
int32_t rmrun_signalfd(uint64_t signals);
/// Reads one signal: 1, or 0 if none waits.
int32_t rmrun_signalfd_read(int32_t fd, struct rmrun_signal_info *info);
/// The `si_code` of a signal that the kernel itself sent, as the terminal does for Ctrl-C.
extern const int32_t rmrun_code_kernel;
/// That of kill(2).
extern const int32_t rmrun_code_user;

#pragma clang assume_nonnull end
#endif
