// The floor under every launcher that meters with cgroup v2: one whole process that makes a group, starts the
// command inside it, waits, reads what it used, and removes the group. No limits, no timers, no report, no care.
//
// usage: floor PARENT-GROUP COMMAND [ARG...]
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void fail(const char *what) {
    dprintf(STDERR_FILENO, "floor: %s: %s\n", what, strerror(errno));
    _exit(125);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        dprintf(STDERR_FILENO, "usage: floor PARENT-GROUP COMMAND [ARG...]\n");
        return 125;
    }
    char group[4096];
    snprintf(group, sizeof group, "%s/rmrun-floor-%d", argv[1], (int)getpid());
    if (mkdir(group, 0755)) fail(group);
    int directory = open(group, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) fail(group);

    struct clone_args request = {
        .flags = CLONE_INTO_CGROUP,
        .exit_signal = SIGCHLD,
        .cgroup = (uint64_t)directory,
    };
    long child = syscall(SYS_clone3, &request, sizeof request);
    if (child < 0) fail("clone3");
    if (child == 0) {
        execv(argv[2], argv + 2);
        fail(argv[2]);
    }
    int status;
    if (waitpid((pid_t)child, &status, 0) < 0) fail("waitpid");

    int counters = openat(directory, "cpu.stat", O_RDONLY | O_CLOEXEC);
    char text[1024];
    if (counters < 0 || read(counters, text, sizeof text) <= 0) fail("cpu.stat");
    if (rmdir(group)) fail(group);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
