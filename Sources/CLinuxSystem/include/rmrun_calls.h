#ifndef RMRUN_CALLS_H
#define RMRUN_CALLS_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// seccomp_unotify(2): a system call that a filter refuses waits until the listener has answered for it.

struct rmrun_call {
  uint64_t id;
  uint32_t pid;
  uint32_t number;
  uint32_t architecture;
  uint64_t arguments[6];
};

/// Two connected sockets, for a descriptor to be sent from one to the other.
int32_t rmrun_socket_pair(int32_t *sockets);
/// Takes a descriptor that was sent; `-EAGAIN` if none was. Never blocks.
int32_t rmrun_receive_descriptor(int32_t socket);

/// Takes a call that waits: 1; 0 if none does; `-EPIPE` once nobody is left who could make one. Never blocks.
int32_t rmrun_next_call(int32_t listener, struct rmrun_call *call);
/// Lets a call fail by an error.
int32_t rmrun_refuse_call(int32_t listener, uint64_t id, int32_t error);

/// Listens to the kernel's audit log (a netlink socket, whose addresses Swift's Glibc module doesn't show). `-EPERM` without CAP_AUDIT_READ.
int32_t rmrun_open_audit(void);
/// Takes the next record of a filter that killed or logged: its text, as much as fits, without a NUL; returns its length, or `-EAGAIN` if none
/// has come. Never blocks. Others are passed over.
int32_t rmrun_next_filter_record(int32_t audit, char *text, int32_t size);

#pragma clang assume_nonnull end
#endif
