// Keeps CPUs busy, then prints its own CPU time.
//
//   -t N      threads (1)
//   -w S      until S seconds of wall time have passed
//   -c S      until it has used S seconds of CPU
//   -m MIB    holds so much resident memory meanwhile
//   -i        ignores SIGTERM
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include "workload.h"

static atomic_bool done;

static void *spin(void *nothing) {
    while (!atomic_load_explicit(&done, memory_order_relaxed)) {}
    return nothing;
}

int main(int argc, char **argv) {
    double wall = 1e9, cpu = 1e9;
    long threads = 1;
    size_t resident = 0;
    for (int option; (option = getopt(argc, argv, "t:w:c:m:i")) != -1;) {
        switch (option) {
        case 't': threads = (long)number(optarg); break;
        case 'w': wall = number(optarg); break;
        case 'c': cpu = number(optarg); break;
        case 'm': resident = (size_t)number(optarg) << 20; break;
        case 'i': signal(SIGTERM, SIG_IGN); break;
        default: usage("busy [-t N] [-w S | -c S] [-m MIB] [-i]");
        }
    }
    if (resident) {
        char *memory = malloc(resident);
        if (!memory) fail("malloc");
        memset(memory, 1, resident);
        __asm__ volatile("" : : "r"(memory) : "memory");
    }
    double end = seconds(CLOCK_MONOTONIC) + wall;
    for (long i = 1; i < threads; i++) {
        pthread_t thread;
        if ((errno = pthread_create(&thread, NULL, spin, NULL))) fail("pthread_create");
    }
    while (seconds(CLOCK_MONOTONIC) < end && seconds(CLOCK_PROCESS_CPUTIME_ID) < cpu) {}
    atomic_store(&done, true);
    print_usage(RUSAGE_SELF);
}
