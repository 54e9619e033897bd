// Takes memory and touches all of it. Prints "held" once it holds it.
//
//   -m MIB    in all (64)
//   -p N      split over N processes (1)
//   -r RATE   MiB a second in each process (as fast as it can)
//   -s S      holds it for so long (0)
//   -i        ignores SIGTERM
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

static void take(long mib, double rate) {
    double start = seconds(CLOCK_MONOTONIC);
    for (long held = 0; held < mib; held++) {
        char *piece = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (piece == MAP_FAILED) fail("mmap");
        // Not the same in each page, so that nothing can merge or compress it away.
        for (int page = 0; page < 256; page++) memset(piece + page * 4096, (int)held + page + 1, 64);
        double early = rate > 0 ? (double)(held + 1) / rate - (seconds(CLOCK_MONOTONIC) - start) : 0;
        if (early > 0) pause_for(early);
    }
}

int main(int argc, char **argv) {
    long mib = 64, processes = 1;
    double rate = 0, hold = 0;
    for (int option; (option = getopt(argc, argv, "m:p:r:s:i")) != -1;) {
        switch (option) {
        case 'm': mib = (long)number(optarg); break;
        case 'p': processes = (long)number(optarg); break;
        case 'r': rate = number(optarg); break;
        case 's': hold = number(optarg); break;
        case 'i': signal(SIGTERM, SIG_IGN); break;
        default: usage("hog [-m MIB] [-p N] [-r RATE] [-s S] [-i]");
        }
    }
    for (long i = 1; i < processes; i++) {
        pid_t child = fork();
        if (child < 0) fail("fork");
        if (child == 0) {
            take(mib / processes, rate);
            pause_for(hold);
            _exit(0);
        }
    }
    take(mib / processes, rate);
    puts("held");
    fflush(stdout);
    pause_for(hold);
    while (wait(NULL) > 0) {}
}
