// Leaves a daemon behind, as daemons are made: fork, setsid, fork, streams on /dev/null, the directory on /.
// Prints the daemon's process number and ends with status 0.
//
//   -b        the daemon keeps a CPU busy instead of sleeping
//   -i        the daemon ignores SIGTERM
//   -w S      after which it ends by itself (600)
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

static _Noreturn void serve(int answer, double wall, bool busy) {
    pid_t own = getpid();
    if (write(answer, &own, sizeof own) != sizeof own) _exit(WORKLOAD_FAILED);
    close(answer);
    int nowhere = open("/dev/null", O_RDWR);
    for (int stream = 0; stream < 3; stream++) dup2(nowhere, stream);
    if (chdir("/")) _exit(WORKLOAD_FAILED);
    double end = seconds(CLOCK_MONOTONIC) + wall;
    while (seconds(CLOCK_MONOTONIC) < end) {
        if (!busy) pause_for(end - seconds(CLOCK_MONOTONIC));
    }
    _exit(0);
}

int main(int argc, char **argv) {
    bool busy = false;
    double wall = 600;
    for (int option; (option = getopt(argc, argv, "biw:")) != -1;) {
        switch (option) {
        case 'b': busy = true; break;
        case 'i': signal(SIGTERM, SIG_IGN); break;
        case 'w': wall = number(optarg); break;
        default: usage("daemonize [-b] [-i] [-w S]");
        }
    }
    int ends[2];
    if (pipe(ends)) fail("pipe");
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        if (setsid() < 0) _exit(WORKLOAD_FAILED);
        pid_t daemon = fork();
        if (daemon == 0) serve(ends[1], wall, busy);
        _exit(daemon < 0 ? WORKLOAD_FAILED : 0);
    }
    waitpid(child, NULL, 0);
    pid_t daemon;
    if (read(ends[0], &daemon, sizeof daemon) != sizeof daemon) fail("no answer of the daemon");
    printf("%d\n", daemon);
}
