// A fork bomb that ignores SIGTERM: every process forks as often as it can.
//
//   -n MAX     processes that may be started in all (100000)
//   -w S       after which every process ends by itself (60)
//
// The two bounds are for a host on which nobody stops it.
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

int main(int argc, char **argv) {
    long most = 100000;
    double wall = 60;
    for (int option; (option = getopt(argc, argv, "n:w:")) != -1;) {
        switch (option) {
        case 'n': most = (long)number(optarg); break;
        case 'w': wall = number(optarg); break;
        default: usage("forkbomb [-n MAX] [-w S]");
        }
    }
    signal(SIGTERM, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    atomic_long *started =
        mmap(NULL, sizeof *started, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (started == MAP_FAILED) fail("mmap");
    double end = seconds(CLOCK_MONOTONIC) + wall;
    while (seconds(CLOCK_MONOTONIC) < end) {
        if (atomic_load(started) >= most) {
            usleep(1000);
        } else if (atomic_fetch_add(started, 1) < most && fork() < 0) {
            atomic_fetch_sub(started, 1);
            usleep(1000);
        }
    }
}
