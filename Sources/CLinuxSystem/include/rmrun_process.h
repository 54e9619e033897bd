#ifndef RMRUN_PROCESS_H
#define RMRUN_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A child's end, with what it and the children that it waited for used.
struct rmrun_child_end {
  int32_t pid;
  /// A `CLD_…` code: exited, killed or dumped.
  int32_t code;
  /// The exit status, or the signal.
  int32_t status;
  int64_t user_microseconds;
  int64_t system_microseconds;
};

/// Waits for the child behind a pidfd. Returns 1 when it ended, 0 when `nohang` and it runs still.
/// glibc's waitid() doesn't hand out the rusage that the kernel fills.
int32_t rmrun_wait_pidfd(int32_t pidfd, bool nohang, struct rmrun_child_end *end);

/// Whether the child behind a pidfd has ended; it stays to be waited for. 1 or 0, or `-errno`. Takes no descriptor.
int32_t rmrun_pidfd_has_ended(int32_t pidfd);

/// As `rmrun_wait_pidfd`, for a child by its number; never blocks.
int32_t rmrun_wait_pid(int32_t pid, struct rmrun_child_end *end);

/// The number of some ended child that nobody waited for yet, which stays so; 0 if there is none.
int32_t rmrun_peek_ended_child(void);

/// pidfd_open(2): Swift's Glibc module doesn't show <sys/pidfd.h>.
int32_t rmrun_pidfd_open(int32_t pid);

/// pidfd_send_signal(2), for the same reason.
int32_t rmrun_pidfd_send_signal(int32_t pidfd, int32_t signal);

/// PR_SET_CHILD_SUBREAPER: <sys/prctl.h> isn't shown, and prctl() is variadic, which Swift can't call.
int32_t rmrun_set_subreaper(bool on);

/// PR_GET_TIMERSLACK and PR_SET_TIMERSLACK, in nanoseconds.
int64_t rmrun_timer_slack(void);
int32_t rmrun_set_timer_slack(uint64_t nanoseconds);

/// The calling process's policy with SCHED_RESET_ON_FORK masked off, its static priority and its nice value.
/// (errno must be cleared before getpriority(), which may return -1.)
struct rmrun_scheduling {
  int32_t policy;
  int32_t priority;
  int32_t nice;
};
int32_t rmrun_get_scheduling(struct rmrun_scheduling *scheduling);

/// Sets the policy with SCHED_RESET_ON_FORK, so that no child inherits it. The flag is a GNU extension.
int32_t rmrun_set_realtime(int32_t priority);
/// Sets a nice value for this process and marks it SCHED_RESET_ON_FORK, so that no child inherits it.
int32_t rmrun_set_nice_not_inherited(int32_t nice);

/// A set of signals in the kernel's form: bit n-1 is signal n.
/// glibc's sigset_t is wider than the kernel's, and refuses its own two signals.
uint64_t rmrun_blocked_signals(void);
int32_t rmrun_block_signals(uint64_t signals);
int32_t rmrun_set_blocked_signals(uint64_t signals);
/// The signals that are ignored now.
uint64_t rmrun_ignored_signals(void);
int32_t rmrun_set_signal_ignored(int32_t signal, bool ignored);

/// Ends the calling process by `signal`, without a core file. Returns only if the signal doesn't end a process.
/// C, because raising it must hit this thread with the signal unblocked.
int32_t rmrun_die_by_signal(int32_t signal);

/// Stops the calling process as `signal` by default does; returns when it was continued, or at once where the kernel
/// doesn't stop it (an orphaned process group).
int32_t rmrun_stop_self(int32_t signal);

/// How many CPUs the calling thread may use (the CPU_COUNT macro isn't importable; grows the mask beyond 1024 CPUs).
int32_t rmrun_usable_cpus(void);

#pragma clang assume_nonnull end
#endif
