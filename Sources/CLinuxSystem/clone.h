#ifndef RMRUN_CLONE_H
#define RMRUN_CLONE_H

#include <linux/sched.h>
#include <stddef.h>

/// clone3(2) for a child that runs `entry(argument)` on its own stack; never returns in the child.
/// `-ENOSYS` on a machine for which the few instructions aren't written here.
long rmrun_clone3(struct clone_args *args, size_t size, void (*entry)(void *), void *argument);

#endif
