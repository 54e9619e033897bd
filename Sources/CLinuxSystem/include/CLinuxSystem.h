/// The system calls that Swift's Glibc module doesn't show, or that must not run Swift code.
///
/// One convention for all of them: the result is `>= 0`, or `-errno`; out-parameters stay untouched on failure; every
/// descriptor made here is close-on-exec. Each function's comment says why it exists.
#ifndef CLINUXSYSTEM_H
#define CLINUXSYSTEM_H

#include "rmrun_calls.h"
#include "rmrun_confine.h"
#include "rmrun_events.h"
#include "rmrun_files.h"
#include "rmrun_guardian.h"
#include "rmrun_interfaces.h"
#include "rmrun_landlock.h"
#include "rmrun_process.h"
#include "rmrun_sockets.h"
#include "rmrun_space.h"
#include "rmrun_spawn.h"

#endif
