// A storm of processes that live for about a millisecond of CPU each, then prints what they used.
//
//   -n COUNT     processes in all (200)
//   -p N         at a time (4)
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

int main(int argc, char **argv) {
    long count = 200, at_a_time = 4;
    for (int option; (option = getopt(argc, argv, "n:p:")) != -1;) {
        switch (option) {
        case 'n': count = (long)number(optarg); break;
        case 'p': at_a_time = (long)number(optarg); break;
        default: usage("storm [-n COUNT] [-p N]");
        }
    }
    for (long started = 0, running = 0; started < count || running > 0;) {
        if (started < count && running < at_a_time) {
            pid_t child = fork();
            if (child < 0) fail("fork");
            if (child == 0) {
                while (seconds(CLOCK_PROCESS_CPUTIME_ID) < 0.001) {}
                _exit(0);
            }
            started++, running++;
        } else {
            if (wait(NULL) < 0) fail("wait");
            running--;
        }
    }
    print_usage(RUSAGE_CHILDREN);
}
